"""Kinds of happenings by the words for them, Japanese and English: of a closure, an arrest, a delay. Pure tables.

Written from general use, not from the labelled set: two texts that name one kind say the same of it in whatever
words, and texts that name different ones tell of two. Of English words the root counts (``lexicon.root``); ``_``
stands for a space. Japanese words, and phrases of either language, are looked for anywhere in a folded text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

HAPPENINGS: Final[Mapping[str, str]] = {
    # -- places and buildings
    "open": "開店 開業 開設 オープン 開館 開園 新店 出店 開校 開港 open opening inaugurate",
    "close": "閉店 閉鎖 閉館 廃業 休業 店じまい 閉め 閉じ 閉園 閉校 廃校 廃線 closure shut shutter close closing",
    "build": "建設 着工 建て 新設 造る 造成 建造 整備 build built construct groundbreaking break_ground new_wing",
    "demolish": "解体 取り壊 撤去 demolish tear_down torn_down dismantle knock_down",
    "move": "移転 引っ越 移設 relocate relocation",
    "rename": "改称 改名 名称変更 社名変更 rename rebrand",
    # -- goods and works
    "release": (
        "発売 リリース 配信 公開 封切 提供開始 売り出 release launch go_on_sale goes_on_sale come_out is_out"
        " roll_out hits_shelves available debut"
    ),
    "unveil": "お披露目 初公開 公表 明らかに unveil reveal",
    "recall": "リコール 回収 自主回収 recall",
    "adapt": "映画化 アニメ化 ドラマ化 舞台化 実写化 adaptation film_version become_a_film",
    "sequel": "続編 第2弾 シーズン2 sequel spin-off second_season follow-up",
    "exhibit": "展示 展覧会 企画展 特別展 exhibit exhibition on_display",
    "perform": "公演 ツアー ライブ コンサート concert tour gig perform",
    "auction": "落札 競売 オークション auction hammer",
    "donate": "寄付 寄贈 寄せられ donate donation gift",
    # -- plans and their course
    "plan": "計画 方針 検討 構想 目指す plan consider propose intend",
    "begin": (
        "開始 始ま スタート 開幕 導入 初日 begin began start kick_off kicks_off under_way underway introduce"
    ),
    "end": "終了 終わ 閉幕 最終 幕を閉じ 完了 サービス終了 end finish conclude wrap_up sunset discontinue",
    "postpone": (
        "延期 先送り 遅れ 後ろ倒し 順延 ずれ込 postpone delay push_back pushed_back put_off slip later_than"
    ),
    "cancel": (
        "中止 取りやめ 見送 断念 白紙 取り消 撤回 cancel call_off calls_off called_off scrap abandon"
        " drop_plan shelve pull_out withdraw"
    ),
    "suspend": "停止 見合わせ 休止 運休 止ま suspend halt pause stop ground",
    "resume": "再開 復旧 復活 運転再開 通行止め解除 resume restart reopen restore back_online",
    "extend": "延長 継続 extend extension prolong",
    "test": "実験 試験 実証 試行 pilot trial test",
    # -- decisions
    "approve": "承認 可決 認可 許可 容認 解禁 成立 approve pass_bill green_light allow permit legalise legalize",
    "reject": "否決 却下 棄却 不許可 認めず reject refuse turn_down block veto",
    "ban": "禁止 規制 ban prohibit outlaw restrict",
    "lift": "解除 撤廃 緩和 lift ease scrap_rule",
    "demand": "要求 要望 求める 求め 訴える 署名 demand urge call_for petition",
    "recruit": "募集 公募 求人 recruit volunteers_wanted apply_now",
    "criticise": "批判 非難 反発 criticise criticize slam condemn backlash",
    "deny": "否定 事実無根 デマ 誤報 deny denies false hoax",
    "apologise": "謝罪 おわび 陳謝 apologise apologize apology",
    "strike": "ストライキ スト突入 ストを strike walkout walk_out",
    "protest": "抗議 デモ 座り込み protest demonstration rally",
    # -- the law
    "arrest": "逮捕 拘束 身柄 arrest detain custody",
    "charge": "起訴 送検 書類送検 indict charged_with prosecute",
    "convict": "判決 有罪 懲役 実刑 sentence convict guilty jail prison",
    "acquit": "無罪 acquit cleared_of not_guilty",
    "sue": "提訴 訴訟 訴え sue lawsuit legal_action",
    "appeal": "控訴 上告 appeal",
    "settle": "和解 示談 settlement settle",
    "compensate": "賠償 補償 返金 支払い命 compensation refund damages ordered_to_pay",
    "investigate": "捜査 調査 検証 究明 investigate investigation probe inquiry",
    # -- people
    "resign": (
        "辞任 退任 辞め 引責 退陣 離れる 退団 退社 勇退 resign quit step_down stand_down leave leaving depart"
    ),
    "appoint": "就任 任命 起用 後任 新社長 新監督 抜擢 appoint named_as takes_over succeed new_boss new_manager",
    "dismiss": "解任 更迭 解雇 クビ sack dismiss fired_as ousted",
    "layoff": "人員削減 リストラ 希望退職 人員整理 layoff lay_off job_cuts redundant",
    "join": "加入 入団 移籍 契約合意 獲得 join sign transfer",
    "renew": "続投 契約更新 残留 renew stay_on new_contract contract_extension",
    "retire": "引退 retire hang_up",
    "return": "復帰 戦列復帰 comeback return_from back_from fit_again",
    "injure": "けが 負傷 骨折 重傷 欠場 離脱 捻挫 injury injure hurt fracture broken sidelined ruled_out out_for",
    "ill": "入院 病気 療養 体調不良 手術 hospitalised hospitalized ill surgery",
    "die": "死去 死亡 亡くな 逝去 死んだ die dies died dead death killed passes_away passed_away",
    "birth": "誕生 生まれ 出産 born birth baby hatch",
    "marry": "結婚 入籍 婚約 marry married wedding engaged",
    "divorce": "離婚 破局 divorce split_up separate",
    "celebrate": "周年 記念 祝う anniversary celebrate",
    # -- sport and contests
    "win": (
        "勝利 優勝 制した 下した 下す 破った 破る 白星 勝った 勝ち 金メダル win won beat defeat victory"
        " title champion gold"
    ),
    "lose": "敗れ 敗戦 負け 敗退 黒星 逃す 逃した lose lost knocked_out eliminated falls_short crash_out",
    "draw": "引き分け ドロー draw drew tie",
    "advance": "進出 勝ち上が 出場決定 出場権 advance qualify reach_final into_final through_to",
    "promote": "昇格 promoted promotion",
    "relegate": "降格 relegated relegation",
    "award": "受賞 入賞 大賞 award prize",
    "nominate": "候補 ノミネート nominate shortlist",
    "elect": "当選 再選 elect re-elect",
    "run": "出馬 立候補 run_for candidacy stands_for",
    "record": "新記録 最高記録 過去最高 過去最多 世界記録 記録更新 record all-time",
    # -- companies
    "acquire": "買収 子会社化 取得 acquire acquisition takeover buyout buy",
    "merge": "合併 経営統合 merge merger",
    "sell": "売却 手放 sell divest",
    "invest": "出資 投資 資金調達 invest funding raises_fund",
    "partner": "提携 協業 共同開発 partner team_up alliance",
    "bankrupt": "破産 倒産 民事再生 経営破綻 負債 bankrupt insolvency insolvent administration",
    "profit": "黒字 増益 最高益 profit",
    "loss": "赤字 減益 損失 loss",
    "dividend": "増配 減配 自社株買 dividend buyback",
    "list": "上場 株式公開 ipo goes_public flotation",
    "raise": "値上げ 引き上げ 増額 上昇 高騰 増加 急増 最高値 raise rise rose increase climb soar surge up_by",
    "cut": "値下げ 引き下げ 減額 下落 減少 急落 最安値 cut lower fall fell drop decline slump down_by",
    # -- dangers
    "hack": "不正アクセス 流出 サイバー攻撃 ランサム 漏えい 漏洩 hack breach leak cyber ransomware",
    "outage": "障害 ダウン つながら 停電 断水 outage is_down goes_down blackout",
    "fix": "修正 解消 直った 修理 fix patch repair",
    "missing": "行方不明 不明に 消息 missing disappear",
    "search": "捜索 search_for search_continues",
    "find": "発見 見つか 保護 found find discover discovery unearth",
    "rescue": "救助 救出 助け出 助か 無事 rescue saved freed safe",
    "steal": "盗 窃盗 強盗 steal stolen theft robbery burglary",
    "recover": "返還 取り戻 戻った recovered given_back returned_to gets_back",
    "attack": "襲 刺され 刺す 暴行 銃撃 attack stab shoot shot assault",
    "fire": "火災 火事 出火 全焼 炎上 山火事 燃え fire blaze wildfire burn",
    "quench": "鎮火 消し止め extinguish is_out under_control contained",
    "crash": "衝突 墜落 事故 追突 転覆 座礁 crash collide collision capsize run_aground",
    "derail": "脱線 derail",
    "explode": "爆発 explode explosion blast",
    "quake": "地震 震度 earthquake quake magnitude tremor",
    "evacuate": "避難 evacuate evacuation",
    "go_home": "避難指示解除 帰宅 return_home",
    "landfall": "上陸 landfall comes_ashore came_ashore",
    "near": "接近 近づ approach heading_for heads_for",
    "flood": "冠水 氾濫 浸水 洪水 決壊 flood burst_banks",
    "slide": "土砂崩 崖崩れ 土石流 landslide mudslide",
    "erupt": "噴火 erupt eruption",
    "infect": "感染 集団感染 食中毒 検出 陽性 infect outbreak tests_positive poisoning detected",
    "blame": "原因 せいで caused_by blame due_to",
    "launch": "打ち上げ 発射 lift_off liftoff blast_off blasts_off rocket_launch",
    "land": "着陸 帰還 着水 touch_down touches_down splashdown",
    "dock": "ドッキング dock",
    "fail": "失敗 不具合 fail failure malfunction",
}
