"""Storage of all state that must survive a restart, as one store for each subject.

Guarantees of every method of a store, for any database (tested in ``tests/storage``):

* a method is one transaction (``prune``: several); when it raises, it is rolled back, and a cancelled
  call is committed as a whole or not at all;
* all times in and out are timezone-aware UTC with microseconds dropped or kept, never shifted;
* methods may be called from many tasks of one event loop at once; writers wait for each other;
* ``DatabaseBusy`` means "not now" (locked, full, read-only): the same call may succeed later.
"""

from __future__ import annotations

from bot.core.lazy_dataclass import dataclass
from bot.storage.sql.consistency import ConsistencyStore
from bot.storage.sql.database import Database
from bot.storage.sql.digests.digests import DigestStore
from bot.storage.sql.digests.editions import EditionStore
from bot.storage.sql.digests.periods import PeriodStore
from bot.storage.sql.leadership import LeaderStore
from bot.storage.sql.leases import LeaseStore
from bot.storage.sql.maintenance import MaintenanceStore
from bot.storage.sql.moderation.blocked_topics import BlockedTopicStore
from bot.storage.sql.moderation.moderation import ModerationStore
from bot.storage.sql.moderation.public_answers import PublicAnswerStore
from bot.storage.sql.outbox.channel_troubles import ChannelTroubleStore
from bot.storage.sql.outbox.deliveries import DeliveryStore
from bot.storage.sql.outbox.edits import EditStore
from bot.storage.sql.outbox.entries import EntryStore
from bot.storage.sql.outbox.forums import ForumStore
from bot.storage.sql.outbox.messages import MessageStore
from bot.storage.sql.outbox.restores import RestoreStore
from bot.storage.sql.outbox.sentences import SentenceStore
from bot.storage.sql.polling.guild_loads import GuildLoadStore
from bot.storage.sql.polling.polls import PollStore
from bot.storage.sql.polling.post_counts import PostCountStore
from bot.storage.sql.polling.rankings import RankingStore
from bot.storage.sql.polling.source_targets import SourceTargetStore
from bot.storage.sql.polling.spend import SpendStore
from bot.storage.sql.polling.stories import StoryStore
from bot.storage.sql.polling.surges import SurgeStore
from bot.storage.sql.processes import ProcessStore
from bot.storage.sql.reloads import ReloadStore
from bot.storage.sql.reports.health import HealthStore
from bot.storage.sql.reports.lookup import LookupStore
from bot.storage.sql.reports.monitoring import MonitoringStore
from bot.storage.sql.reports.own_topics import OwnTopicStore
from bot.storage.sql.reports.post_history import PostHistoryStore
from bot.storage.sql.reports.topic_history import TopicHistoryStore
from bot.storage.sql.reports.trends import TrendStore
from bot.storage.sql.subscriptions.activity import ActivityStore
from bot.storage.sql.subscriptions.guild_settings import GuildSettingsStore
from bot.storage.sql.subscriptions.guilds import GuildStore
from bot.storage.sql.subscriptions.notify_roles import NotifyRoleStore
from bot.storage.sql.subscriptions.subscriptions import SubscriptionStore
from bot.storage.sql.subscriptions.transfers import TransferStore
from bot.storage.sql.subscriptions.welcomes import WelcomeStore
from bot.storage.sql.watching.watches import WatchStore


@dataclass(frozen=True, slots=True)
class Storage:
    """The stores over one database. A field is named after the file of its class."""

    database: Database
    polls: PollStore
    watches: WatchStore
    post_counts: PostCountStore
    surges: SurgeStore
    own_topics: OwnTopicStore
    rankings: RankingStore
    blocked_topics: BlockedTopicStore
    source_targets: SourceTargetStore
    guild_loads: GuildLoadStore
    spend: SpendStore
    stories: StoryStore
    subscriptions: SubscriptionStore
    activity: ActivityStore
    guilds: GuildStore
    guild_settings: GuildSettingsStore
    welcomes: WelcomeStore
    notify_roles: NotifyRoleStore
    entries: EntryStore
    messages: MessageStore
    edits: EditStore
    sentences: SentenceStore
    deliveries: DeliveryStore
    channel_troubles: ChannelTroubleStore
    forums: ForumStore
    restores: RestoreStore
    transfers: TransferStore
    public_answers: PublicAnswerStore
    digests: DigestStore
    editions: EditionStore
    periods: PeriodStore
    trends: TrendStore
    health: HealthStore
    post_history: PostHistoryStore
    topic_history: TopicHistoryStore
    lookup: LookupStore
    moderation: ModerationStore
    maintenance: MaintenanceStore
    monitoring: MonitoringStore
    leases: LeaseStore
    leadership: LeaderStore
    processes: ProcessStore
    reloads: ReloadStore
    consistency: ConsistencyStore

    @classmethod
    def over(cls, database: Database) -> Storage:
        """Make the stores over an open database."""
        return cls(
            database=database,
            polls=PollStore(database),
            watches=WatchStore(database),
            post_counts=PostCountStore(database),
            surges=SurgeStore(database),
            own_topics=OwnTopicStore(database),
            rankings=RankingStore(database),
            blocked_topics=BlockedTopicStore(database),
            source_targets=SourceTargetStore(database),
            guild_loads=GuildLoadStore(database),
            spend=SpendStore(database),
            stories=StoryStore(database),
            subscriptions=SubscriptionStore(database),
            activity=ActivityStore(database),
            guilds=GuildStore(database),
            guild_settings=GuildSettingsStore(database),
            welcomes=WelcomeStore(database),
            notify_roles=NotifyRoleStore(database),
            entries=EntryStore(database),
            messages=MessageStore(database),
            edits=EditStore(database),
            sentences=SentenceStore(database),
            deliveries=DeliveryStore(database),
            channel_troubles=ChannelTroubleStore(database),
            forums=ForumStore(database),
            restores=RestoreStore(database),
            transfers=TransferStore(database),
            public_answers=PublicAnswerStore(database),
            digests=DigestStore(database),
            editions=EditionStore(database),
            periods=PeriodStore(database),
            trends=TrendStore(database),
            health=HealthStore(database),
            post_history=PostHistoryStore(database),
            topic_history=TopicHistoryStore(database),
            lookup=LookupStore(database),
            moderation=ModerationStore(database),
            maintenance=MaintenanceStore(database),
            monitoring=MonitoringStore(database),
            leases=LeaseStore(database),
            leadership=LeaderStore(database),
            processes=ProcessStore(database),
            reloads=ReloadStore(database),
            consistency=ConsistencyStore(database),
        )

    async def close(self) -> None:
        """Finish running transactions and close the database."""
        await self.database.close()
