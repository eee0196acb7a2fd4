"""Kinds of happenings by the words for them, Japanese and English: of a closure, an arrest, a delay. Pure tables.

Written from general use, not from the labelled set: two texts that name one kind say the same of it in whatever
words, and texts that name different ones tell of two. Of English words the root counts (``lexicon.root``); ``_``
stands for a space. Japanese words, and phrases of either language, are looked for anywhere in a folded text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OF_KIND: Final = "="
"""Begins the mark of a happening."""

HAPPENINGS: Final[Mapping[str, str]] = {
    # -- places and buildings
    "open": (
        "開店 開業 開設 オープン 開館 開園 新店 出店 開校 開港 open opening inaugurate welcomes_first"
        " opens_its_doors"
    ),
    "close": (
        "閉店 閉鎖 閉館 廃業 休業 店じまい 閉め 閉じ 閉園 閉校 廃校 廃線 閉まっ 通れな 通行止め 休校 休園"
        " ふさ 封鎖"
        " closure shut shutter close closing closed block off_limits"
    ),
    "build": (
        "建設 着工 建て 新設 造る つくる 造成 建造 整備 build built construct groundbreaking break_ground new_wing"
    ),
    "demolish": "解体 取り壊 demolish tear_down torn_down dismantle knock_down blown_up",
    "move": "移転 引っ越 移設 relocate relocation moves_to",
    "rename": "改称 改名 名称変更 社名変更 rename rebrand new_name",
    # -- goods and works
    "release": (
        "発売 リリース 封切 提供開始 売り出 公開 登場 release launch go_on_sale goes_on_sale come_out is_out"
        " roll_out hits_shelves available debut is_here are_out comes_to_cinemas"
    ),
    "unveil": "お披露目 初公開 披露 unveil reveal on_show",
    "recall": "リコール 回収 自主回収 recall",
    "adapt": (
        "映画化 アニメ化 ドラマ化 舞台化 実写化 がドラマに adaptation film_version become_a_film become_a_series"
    ),
    "sequel": "続編 第2弾 シーズン2 sequel spin-off second_season follow-up",
    "exhibit": "展示 展覧会 企画展 特別展 一般公開 exhibit exhibition on_display go_on_show",
    "auction": "落札 競売 オークション auction hammer",
    "donate": "寄付 寄贈 寄せられ donate donation give_away giving_half gives_half give_half",
    "film": "撮影 filming shooting_begins",
    # -- plans and their course
    "plan": "計画 方針 検討 構想 目指す plan consider propose intend",
    "begin": (
        "開始 始ま スタート 開幕 初日 動き出 回り始め begin began start kick_off kicks_off under_way underway"
        " come_into_force takes_effect take_effect goes_live"
    ),
    "run": "稼働 運転開始 発電を始 go_online goes_online switch_on in_operation running",
    "introduce": "導入 新設 設置 取り入れ introduce install bring_in brings_in add",
    "remove": (
        "撤去 廃止 なくす なくな 取り外 外す remove get_rid getting_rid taking_out take_out scrap axe do_away"
    ),
    "end": (
        "終了 終わ 閉幕 幕を閉じ 幕を下ろ 完了 サービス終了 おしまい やめる やめ おわ 完結 完走"
        " end finish conclude wrap_up sunset discontinue switch_off phase_out phases_out come_to_an_end bow_out"
        " goodbye over_for"
    ),
    "postpone": (
        "延期 先送り 遅れ 遅らせ 後ろ倒し 順延 ずれ込 postpone delay push_back pushes_back pushed_back"
        " put_off puts_off"
        " put_back slip later_than pushes_opening not_before"
    ),
    "cancel": (
        "中止 取りやめ 見送 断念 白紙 取り消 撤回 欠航 取り下げ 流れた 飛ばない cancel call_off calls_off"
        " called_off"
        " cancellation cancelled canceled abandon drop_plan drops_plan shelve is_off no_planes"
    ),
    "withdraw": "撤退 手を引 引き揚げ 離脱 販売をやめ withdraw pull_out pulls_out leave_market leaves_market exit",
    "suspend": (
        "停止 見合わせ 休止 運休 止ま 中断 止めて 販売休止 suspend halt pause stop ground out_of_service taken_out"
        " broken_off come_to_a_halt came_to_a_halt standstill freeze frozen"
    ),
    "resume": (
        "離礁 back_in back_on water_back 再開 復旧 復活 運転再開 通行止め解除 再起動 動き出した resume"
        " restart reopen restore back_online works_again"
        " runs_again run_again back_in_the_air back_to_normal"
    ),
    "extend": (
        "延長 継続 存続 維持 続ける 残留 続投 extend extension prolong keep_broadcasts keep_trading"
        " stay_open stays_with"
    ),
    "test": "実験 実証 試行 試験的 as_a_test pilot trial",
    "speed": "前倒し early_start a_year_early ahead_of_schedule",
    # -- decisions
    "approve": (
        "承認 可決 認可 許可 容認 成立 賛成 通過 approve pass_bill passes green_light allow permit"
        " legalise legalize vote_for votes_for voted_through voted_for pass adopt licence"
    ),
    "reject": (
        "否決 却下 棄却 不許可 認めず 認められず reject refuse turn_down turns_down block veto throw_out"
        " throws_out dismiss vote_down not_recognised"
    ),
    "ban": (
        "禁止 規制 禁じ 使えなくなる できなくなる ban prohibit outlaw restrict forbid forbidden"
        " no_longer_be may_not"
    ),
    "lift": (
        "解除 撤廃 緩和 免除 解禁 いらない 不要に lift ease visa-free without_a_visa no_visa no_longer_need"
        " not_need"
    ),
    "demand": "要求 要望 要請 求める 求め 訴える 署名 demand urge call_for petition seek ask",
    "recruit": "募集 公募 求人 recruit volunteers_wanted apply_now",
    "criticise": "批判 非難 反発 怒 criticise criticize slam condemn backlash angry complain",
    "deny": "否定 事実無根 誤報 うわさ deny denies hoax rumour rumor",
    "apologise": "謝罪 おわび 陳謝 apologise apologize apology",
    "strike": "ストライキ スト突入 ストを スト入り 日間スト ストだ ストに strike walkout walk_out walks_out",
    "protest": "抗議 デモ 座り込み protest demonstration rally march_against",
    "promise": "約束 promise vow pledge",
    # -- the law
    "arrest": "逮捕 拘束 身柄 取り押さえ 確保 arrest detain custody held_over overpower",
    "charge": "起訴 送検 書類送検 indict charged_with charged_over prosecute",
    "convict": "判決 有罪 懲役 実刑 sentence convict guilty jail prison",
    "acquit": "無罪 acquit cleared_of not_guilty cleared",
    "sue": "提訴 訴訟を起 訴えを起 を訴え sue take_to_court to_court legal_action",
    "appeal": "控訴 上告 appeal",
    "settle": "和解 示談 settlement settle",
    "compensate": (
        "賠償 補償 返金 支払い命 支払いを命 払い戻 払えって compensation compensate refund damages ordered_to_pay"
        " must_pay orders_newspaper to_pay made_whole"
    ),
    "investigate": "捜査 調査 検証 究明 審査 investigate investigation inquiry look_into",
    "seize": "押収 没収 摘発 seize confiscate impound",
    "disqualify": "失格 disqualify thrown_out kicked_out",
    "fine": "罰金 課徴金 fined",
    # -- people
    "resign": (
        "辞任 退任 辞め 辞職 引責 退陣 離れる 退団 退社 勇退 職を辞し やめたって resign quit step_down"
        " stepped_down"
        " steps_down stand_down leave leaving depart departure part_ways"
    ),
    "appoint": (
        "就任 任命 起用 後任 新社長 新監督 抜擢 後を継 appoint named_as takes_over succeed new_boss"
        " new_manager pick"
        " names new_creative"
    ),
    "dismiss": "解任 更迭 解雇 クビ sack dismissed_as fired_as ousted parts_ways",
    "layoff": (
        "人員削減 リストラ 希望退職 人員整理 退職へ 職を失 辞めること layoff lay_off job_cuts jobs_to_go"
        " jobs_lost lose_their_jobs out_of_work redundant"
    ),
    "join": "加入 入団 移籍 契約合意 獲得 加わ join sign transfer trade acquire",
    "renew": (
        "契約更新 続編決定 シーズン決定 renew stay_on new_contract contract_extension fourth_season gets_third"
    ),
    "retire": "引退 retire hang_up farewell",
    "return": (
        "復帰 戦列復帰 帰ってくる 戻ってくる 復活 comeback return_from back_from fit_again to_return"
        " back_as returns"
    ),
    "injure": (
        "けが 負傷 骨折 重傷 軽傷 欠場 捻挫 injury injuries injure hurt fracture broken sidelined ruled_out"
        " out_for"
        " wounded"
    ),
    "ill": "入院 病気 療養 体調不良 手術 搬送 病院に運 hospitalised hospitalized ill surgery",
    "recover_health": "退院 回復 leaves_hospital recovers",
    "collapse": "倒れ collapse faint",
    "die": (
        "死去 死亡 亡くな 逝去 死んだ 死ぬ 遺体 die dies died dead death killed passes_away passed_away"
        " kill wipes_out wiped_out"
    ),
    "birth": "誕生 生まれ 出産 産んだ 産む birth born baby hatch babies",
    "marry": "結婚 入籍 婚約 marry married wedding engaged",
    "divorce": "離婚 破局 divorce split_up separate",
    "celebrate": "周年 記念 祝う anniversary celebrate",
    # -- sport and contests
    "win": (
        "勝利 優勝 制した 下した 下す 破った 破る 白星 勝った 勝ち 金メダル 破り 下し 連勝 奪った 大金星 逆転勝"
        " win won beat defeat victory title champion gold stun knocked_out chase_down edge thrash"
    ),
    "lose": (
        "敗れ 敗戦 負け 敗退 黒星 逃す 逃した ならず lose lost eliminated falls_short crash_out beaten defeated_by"
        " misses loss"
    ),
    "draw": "引き分け ドロー draw drew tie",
    "advance": "進出 勝ち上が 出場決定 出場権 ベスト4 advance qualify reach_final into_final through_to",
    "promote": "昇格 promoted promotion",
    "relegate": "降格 relegated relegation",
    "award": "受賞 入賞 大賞 最高賞 に輝く award prize honour honor",
    "nominate": "候補 ノミネート nominate shortlist",
    "elect": "当選 再選 初当選 elect re-elect",
    "candidate": "出馬 立候補 名乗り run_for candidacy stands_for candidate",
    "record": "新記録 最高記録 過去最高 過去最多 世界記録 記録更新 世界新 日本新 record all-time",
    "skip": "棄権 辞退 skip pull_out_of withdraws_from",
    # -- companies
    "acquire": "買収 子会社化 取得 acquisition takeover buyout buy bought",
    "merge": "合併 経営統合 統合 一つにな くっつく merge merger join_forces",
    "sell": "売却 手放 sell divest sold",
    "invest": "出資 投資 資金調達 invest funding raises_fund",
    "partner": "提携 協業 共同開発 partner team_up alliance joint_venture",
    "bankrupt": "破産 倒産 民事再生 経営破綻 つぶれ bankrupt insolvency insolvent administration",
    "profit": "黒字 増益 最高益 profit",
    "loss": "赤字 減益 損失",
    "dividend": "増配 減配 自社株買 dividend buyback",
    "list": "上場 株式公開 ipo goes_public flotation",
    "raise": (
        "値上げ 引き上げ 増額 上昇 高騰 増加 急増 最高値 高値 超え 超す 上回 こえた raise rise rose"
        " increase climb soar surge up_by top exceed passes_2 go_up going_up higher"
    ),
    "cut": (
        "値下げ 引き下げ 減額 下落 減少 急落 最安値 下回 割り込 減った 減って 4割減 7割減 失う cut lower"
        " fall fell drop decline slump down_by shrink shrunk shrank reduce slide below"
    ),
    "expand": "拡大 広げ 追加 増える に増 expand widen extends_to doubles rises_to grows",
    # -- dangers
    "hack": "不正アクセス サイバー攻撃 ランサム 漏えい 漏洩 情報流出 悪用 hack breach cyber ransomware",
    "leak": "流出 漏れ leak spill",
    "outage": (
        "障害 ダウン つながら 停電 断水 使えず 使えない 利用できず outage is_down goes_down blackout"
        " power_cut not_working isn't_working down_across down_in"
    ),
    "fix": "修正 解消 直った 直した 修理 塞い fix patch repair closes_hole security_hole",
    "missing": "行方不明 不明に 消息 連絡取れず missing disappear",
    "search": "捜索 search_for search_continues",
    "find": "発見 見つか 見つけ 出土 突き止め 出てきた found find discover discovery unearth uncover detect spot",
    "rescue": "救助 救出 助け出 助か 無事 沖へ 沖に帰 rescue saved freed safe refloat saves",
    "steal": "盗 窃盗 強盗 奪い 抜き取 steal stolen theft robbery burglary thieves rob",
    "recover": "返還 取り戻 戻った recovered given_back returned_to gets_back",
    "attack": "襲 刺され 刺す 暴行 銃撃 attack stab shoot shot assault",
    "fire": "火災 火事 出火 全焼 炎上 山火事 燃え fire blaze wildfire burn caught_fire",
    "quench": "鎮火 消し止め extinguish under_control contained",
    "crash": "衝突 墜落 事故 追突 転覆 玉突き crash collide collision capsize pile-up run_into_each_other",
    "strand": "座礁 乗り上げ 取り残 閉じ込め 降りられな 動けな strand run_aground stuck trapped",
    "derail": "脱線 線路から外れ derail off_the_rails jumped_the_tracks",
    "explode": "爆発 explode explosion blast",
    "quake": "地震 震度 earthquake quake magnitude tremor",
    "evacuate": (
        "避難 逃げろ evacuate evacuation told_to_leave told_to_flee ordered_to_leave to_leave_their get_out"
    ),
    "go_home": "避難指示解除 帰宅 return_home go_home",
    "landfall": "上陸 landfall comes_ashore came_ashore",
    "near": "接近 近づ approach heading_for heads_for",
    "flood": (
        "冠水 氾濫 浸水 洪水 決壊 あふれ 水につか 水びたし 浸か flood burst_banks bursts_its_banks"
        " under_water overflow over_its_banks"
    ),
    "slide": "土砂崩 崖崩れ 土石流 landslide mudslide",
    "erupt": "噴火 erupt eruption",
    "infect": "集団感染 食中毒 検出 陽性 outbreak tests_positive poisoning come_down_with",
    "blame": "原因 せいで caused_by blame due_to",
    "launch": "打ち上げ 発射 lift_off liftoff blast_off blasts_off rocket_launch",
    "land": "着陸 帰還 着水 touch_down touches_down splashdown",
    "dock": "ドッキング dock",
    "fail": "失敗 示せず 及ばず fail failure malfunction",
    "contact_lost": (
        "通信途絶 通信切れ 信号が地上に届かな lost_contact contact_lost lost_the_signal went_silent no_contact"
    ),
}

FAMILIES: Final = tuple(
    frozenset(line.split())
    for line in (
        "close end suspend cancel remove withdraw outage ban layoff",
        "open begin run release resume launch introduce",
        "resign dismiss retire withdraw end",
        "appoint join renew",
        "win award elect advance",
        "lose fail",
        "die kill",
        "injure attack ill collapse",
        "find unveil",
        "hack leak steal",
        "crash derail strand",
        "flood evacuate",
        "compensate convict fine",
        "raise expand record",
        "arrest charge seize",
        "demand protest strike",
        "rescue recover",
        "fix lift",
        "reject ban",
        "renew return extend",
        "exhibit unveil release",
        "acquire merge join",
        "postpone cancel",
        "disqualify ban",
        "outage contact_lost fail",
        "build open plan",
    )
)
"""Kinds that are often said for each other: a line that does not run is suspended, closed, or out of service."""

REVERSALS: Final = frozenset(
    OF_KIND + kind
    for kind in [
        "suspend",
        "cancel",
        "end",
        "lift",
        "reject",
        "deny",
        "resume",
        "postpone",
        "remove",
        "fix",
        "go_home",
        "recover",
        "return",
        "quench",
        "withdraw",
        "settle",
        "acquit",
        "appeal",
    ]
)
"""Kinds that undo what has happened: added to the words of another text, they make it other news."""

ABSENCES: Final = frozenset(
    OF_KIND + kind
    for kind in [
        "close",
        "end",
        "suspend",
        "cancel",
        "remove",
        "withdraw",
        "outage",
        "ban",
        "layoff",
        "postpone",
        "reject",
        "lift",
        "deny",
        "missing",
        "lose",
        "fail",
        "contact_lost",
        "rescue",
        "resign",
        "derail",
    ]
)
"""Kinds that a negation may say in other words: what does not run is suspended."""
