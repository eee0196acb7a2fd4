"""Events of news by the words for them, Japanese and English: opposites, turns, kinds. Pure tables.

They are listed by hand, from general use and from the tuning half of the labelled set (``tests/data/stories``).
Of English words the root counts (``lexicon.root``); ``_`` stands for a space in a phrase. Japanese words, and
phrases of either language, are looked for anywhere in a folded text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

OPPOSITES: Final[Mapping[str, tuple[str, str]]] = {
    "level": (
        "値上げ 引き上げ 増加 増収 増益 %増 割増 増の 上昇 上方 増額 急増 高騰 強化 上振れ 最高値 格上げ"
        " 上回 超え 突破 高値"
        " raise rise rose increase climb soar go_up going_up jump grow grew surge upgrade exceed",
        "値下げ 引き下げ 減少 減収 減益 %減 割減 減の 下落 下方 減額 急減 緩和 下振れ 最安値 格下げ 下回"
        " 割り込 急落"
        " cut lower fall fell drop decline go_down going_down shrink halve slump downgrade recede",
    ),
    "earnings": ("黒字 profit", "赤字 loss losses"),
    "doors": (
        "開店 開業 新設 開設 オープン 開館 開園 新たに開 存続 open opening saved spared",
        "閉店 閉鎖 廃業 閉館 閉園 廃止 取り壊し 解体 閉め close shut closure axe demolish",
    ),
    "run": (
        "創刊 復刊 放送開始 続投 renew revive return",
        "休刊 廃刊 打ち切り 最終回 降板 end cease discontinue",
    ),
    "membership": (
        "加入 入団 入社 就任 参入 進出 enter join appoint",
        "脱退 退団 退社 辞任 撤退 離脱 退任 quit exit resign step_down",
    ),
    "bond": (
        "結成 再結成 結婚 合意 統合 marry married reunite agree agreement",
        "解散 離婚 決裂 物別れ divorce split disband collapse without_agreement",
    ),
    "result": (
        "勝利 優勝 下した 下す 制した 勝った 勝ち 破った 破る 破り 下し 白星 防衛"
        " win won beat defeat victory champion",
        "敗れ 敗戦 負け 敗退 黒星 逃す 逃した 届かず ならず 陥落"
        " lose lost defeated_by falls_short knocked_out eliminated",
    ),
    "standing": ("連勝 首位に立", "連敗 後退 休場"),
    "table": ("昇格 promoted qualify", "降格 relegated"),
    "race": ("リード 先制 首位 lead ahead", "リードされ 追う 最下位 trail behind_by"),
    "award": ("受賞 入賞 award", "辞退 落選 turns_down turned_down"),
    "outcome": ("成功 達成 succeed success", "失敗 未達 fail"),
    "life": (
        "誕生 生まれ 産まれ 達成 迎え born birth mark celebrate",
        "死ぬ 死亡 死去 死んだ 死ん 亡くな die died dead death",
    ),
    "found": (
        "発見 見つかった 見つかり 保護 取り戻 返還 found alive recovered returned_to is_back gets_back got_back"
        " given_back",
        "行方不明 不明に 捜索 盗まれ search_for search_goes_on goes_missing still_missing stolen",
    ),
    "safety": ("無事 全員救助 生存 unhurt all_safe alive", "死者 犠牲 重体 遺体 killed fatal dead"),
    "verdict": (
        "承認 可決 成立 認可 許可 容認 賛成 解禁 approve votes_for votes_to voted_yes allow permit legalise"
        " passes adopt",
        "却下 否決 棄却 認めず 認められず 不許可 禁止 反対 refuse dismiss reject turns_down throws_out"
        " votes_against ban",
    ),
    "jobs": ("採用 雇用 create hire hiring", "解雇 削減 人員整理 layoff lay_off"),
    "course": (
        "始ま 開始 スタート 開幕 着工 導入 begin began kick_off",
        "終わ 終了 閉幕 幕を閉じ 完了 完成 finish complete concluded",
    ),
    "price": ("無料 無償 タダ free", "有料 値上げ charge price_rise prices_to_go_up"),
    "fitness": (
        "復帰 復活 comeback back_from returns_from return_from fit_again",
        "欠場 離脱 全治 出られない sidelined ruled_out out_for injured",
    ),
    "test": ("陽性 検出 tests_positive", "陰性 検出されず 不検出 tests_negative"),
    "trade": ("買収 購入 獲得 buy bought acquire", "売却 放出 sell sold divest"),
    "guilt": ("有罪 guilty convicted", "無罪 acquitted cleared not_guilty"),
    "rule": ("自由化 任意 緩和 choose voluntary optional ease", "義務化 必修 compulsory mandatory tighten"),
    "link": ("ドッキング 接続 連結 着陸 dock attach", "分離 切り離 離脱 undock detach separate"),
    "service": ("開通 運行開始 運転開始", "運休 運転見合わせ 不通"),
    "record": ("新記録 最高記録 世界最高 world_record sets_record", "が更新 更新され 塗り替え broken"),
}
"""Pairs of opposites. A text with words of both says neither, but where ``LATER`` knows which comes last."""

LATER: Final[Mapping[str, str]] = {
    "found": "+",
    "fitness": "+",
    "run": "+",
    "award": "-",
    "membership": "-",
    "record": "-",
}
"""The side of an opposite that comes later: who was missing is found."""

TURNS: Final[Mapping[str, tuple[str, str]]] = {
    "correction": ("訂正 お詫びして 誤りでした 誤りです 正しくは correction corrected correct_figure erratum", ""),
    "denial": (
        "否定 撤回 白紙 誤報 デマ 未遂 確認されず 回避 deny retract hoax withdraws_claim rules_out no_plans"
        " refuse_to"
        " refuses_to rumour rumor",
        "うそ 虚偽 false fake",
    ),
    "cancelled": (
        "断念 見送 中止 取り下げ 計画を凍結 計画の凍結 scrap abandon shelve cancel drops_plan drop_plan"
        " dropped_plan"
        " drops_ban is_off called_off call_off calls_off",
        "取りやめ 流れ 休止 欠航 停止 止め やめ なくな 撤去 出られ 降板 stop off halt no remove out not"
        " close won't",
    ),
    "postponed": (
        "延期 順延 提出を見合わせ 発売を見合わせ 実施を見合わせ 開催を見合わせ 公開を見合わせ postpone"
        " defer delayed_to"
        " delayed_until delayed_by delays_opening push_back pushes_back pushed_back pushes_opening put_off"
        " puts_off",
        "おあずけ 遅れ 遅らせ ずれ込 先送り まで moved_to pushed push until till delay late later before",
    ),
    "change": (
        "延長 変更 前倒し 繰り上げ 再延期 再上陸 一転 に拡大 を拡大 extend widen back_again reschedule",
        "に 予定",
    ),
    "ended": ("", ""),
    "aftermath": ("", ""),
    "part": ("", ""),
    "death": (
        "死去 死亡 死者 死ぬ 死んだ 駆除 射殺 die died dead killed",
        "死 亡くな 犠牲 殺 fatal death kill wipe fall",
    ),
    "arrest": (
        "逮捕 起訴 送検 摘発 arrest charged_with charged_over detained indicted",
        "容疑 つかま 捕ま custody",
    ),
    "court": (
        "提訴 訴訟 裁判 判決 sue lawsuit to_court in_court on_trial verdict sentenced",
        "訴え 差し止め 申請 敗訴 勝訴 地裁 高裁 賠償 払え legal court judge case patent damages pay",
    ),
    "probe": (
        "捜査 究明 判明 事情を聴 検証 原因は が原因 investigate probe_into inquiry blame caused_by",
        "原因 せい ため cause due because",
    ),
    "successor": (
        "後任 後継 successor replacement",
        "次期 新社長 新監督 新会長 新デザイナー 後を継 の後 next takes_over succeed new replace",
    ),
    "sequel": ("続編製作 続編決定 続編が決定 続編の製作 sequel_announced sequel_to spin-off", "続編 sequel"),
    "sale": (
        "予約開始 予約受付 前売 presale tickets_on_sale tickets_go go_on_sale",
        "予約 発売 sale pre-order preorder",
    ),
    "call": ("募集 公募 apply volunteers_wanted", "求め volunteer"),
    "broadcast": ("生中継 生配信 体験版 streamed livestream broadcast demo", "配信 放送 stream live"),
    "medicine": ("手術 入院 退院 surgery hospitalised hospitalized leaves_hospital", "operation hospital"),
    "fire": ("発火 炎上 出火 火災 火事 fires blaze", "火 燃え fire burn"),
    "halt": ("一時停止 販売停止 出荷停止 stops_sales halts_sales stop_sales", "休止 止め 停止 halt stop"),
    "trial": ("実証実験 実証プラント 試験運用 pilot trial_run", "実験 試験 test"),
    "naming": ("名前は 命名 愛称 name_chosen", "名前 named name call"),
    "apology": ("謝罪 apologise apologize", "おわび 申し訳 sorry"),
    "compensation": ("賠償 補償 返金 refund compensation", "払い pay"),
    "shares": ("自社株買い 増資 増配 減配 buy_back buyback dividend", "株 shares"),
    "adaptation": (
        "映画化 アニメ化 ドラマ化 舞台化 become_a_film film_adaptation adaptation",
        "映画 アニメ ドラマ film series",
    ),
    "remains": ("標本 剥製 追悼 告別式 葬儀 skeleton funeral memorial", "死 die death dead"),
    "damage": ("被害額 被害総額 農業被害 damage_bill insurers", "被害 damage ruin"),
    "prevention": ("再発防止 対策を発表 第三者委 safeguards", "対策 防止 prevent"),
    "appeal": ("控訴 上告 即時抗告 appeal", "高裁 最高裁 ruling verdict overturn"),
    "give_back": ("返上 hands_back hand_back gives_back handed_back", "返 return give_up"),
    "into_final": (
        "決勝へ 決勝進出 決勝に進 決勝の相手 reach_final reaches_final into_the_final book_final",
        "勝ち上が 進出 advance qualify through",
    ),
    "rematch": ("再戦 rematch", "again もう一度"),
    "strip": ("剥奪 取り消し 繰り上が strip stripped", "失格 降着 disqualify demote lose"),
    "shortfall": ("ならず 不発 届かず falls_short fail_to fails_to failed_to", "失敗 not 逃 敗 lose miss no"),
    "offer": ("名乗り 買収提案 offers_to_buy offer_to_buy takeover", "買収 buy bid"),
}
"""Turns that are news of their own, and words that may say them too: where one of two texts of a story has a
turn's own words, the other has some of either kind. ``ended``, ``aftermath`` and ``part`` have patterns."""

ENDED: Final = re.compile(
    r"(?:再開|復旧|解除|鎮火|収束|終息|再び開)(?!.{0,3}(?:見込|見通|予定|未定|目処|めど)|[はもま]|する[かまよ])|直った|治まった|は終了しました|平常(?:どおり|通り|運行|運転)"
    r"|\b(?:resum(?:ed|es)|restored|reopen(?:s|ed)|extinguished|back online|back to normal|all clear"
    r"|(?:fire|wildfire|blaze) is out|return home|(?:outage|storm|strike|flood|emergency|closure) is over"
    r"|(?:declared|is now) over"
    r"|(?:diversion|delay|closure|outage|strike|alert|warning)s? (?:\w+ ){0,3}ha(?:s|ve) ended"
    r"|as normal"
    r"|lift(?:s|ed) (?:\w+ ){0,3}(?:order|warning|notice|ban|alert|closure|restriction)s?"
    r"|(?:safe|open|opens|running|works?|working) again|(?:been|was|were) (?:removed|repaired|freed|fixed))\b"
)
"""A trouble is over."""

AFTERMATH: Final = re.compile(
    r"から(?:\d+(?:日|週間|[かヶカ]月|年)|半年|半月)(?!間|まで|に)|を受け(?![付入])|\d(?:日|週間|[かヶカ]月)で"
    r"|\b(?:days?|weeks?|months?|year) after\b|\bin (?:its|their|the) first (?:day|week|month|year)\b"
)
"""Some time after a matter: news of then is other news."""

PART: Final = re.compile(
    r"のうち\d"
    r"|\b(?:one|two|three|some) of (?:the )?(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2}(?![,\d]))\b"
)
"""Some of those whom a matter is about, and not all."""

PATTERNS: Final = (
    (
        "ended",
        ENDED,
        (
            "再開", "復旧", "解除", "鎮火", "収束", "終息", "再び開", "直った", "治まった", "終了", "平常",
            "ended", "normal",
            "resum", "return", " out",
            "restored",
            "reopen",
            "exting", "over", "back", "clear", "lift", "again", "remov", "repair", "freed", "fixed",
        ),
    ),
    ("aftermath", AFTERMATH, ("から", "を受け", "月で", "日で", "週間で", " after", " first ")),
    ("part", PART, ("のうち", " of ")),
)  # fmt: skip
"""Turns with patterns, and signs without one of which the pattern is not tried, for it takes longer."""

KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "round": {
        "準々決勝": "quarter", "準決勝": "semi", "3位決定戦": "third", "決勝": "final",
        "quarter-final": "quarter", "quarterfinal": "quarter", "quarter final": "quarter",
        "semi-final": "semi", "semifinal": "semi", "semi final": "semi",
        "third place": "third", " final": "final",
    },
    "period": {
        "前半終了": "half", "試合終了": "full",
        "half time": "half", "half-time": "half", "full time": "full", "full-time": "full",
    },
    "alert": {"特別警報": "emergency", "警報": "warning", "注意報": "advisory"},
    "event": {"女子": "women", "男子": "men", "women's": "women", "men's": "men"},
}  # fmt: skip
"""Kinds of which a matter has one: texts that name different ones tell of two. The longer names stand first."""
