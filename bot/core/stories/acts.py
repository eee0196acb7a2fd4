"""Verbs and qualities that say the same in news, Japanese and English: to fire and to lay off. A pure table.

Like ``thesaurus``, whose senses are of people and things. What has happened as a whole stands in ``happenings``.
"""

from __future__ import annotations

import re
from typing import Final

ACTS: Final = tuple(
    sense.strip()
    for sense in re.split(
        r"\s;\s",
        """
    win claim take clinch secure seal earn bag capture crown scoop land triumph 勝 優勝 制 頂点 栄冠 獲得
    つかむ ; beat defeat overcome down edge stun upset thrash rout dispatch top outlast sink 破 下し 下す
    退け 倒 勝 ; lose fall defeat beaten slump go_down crash_out 負 敗 屈 散 ; draw tie level all_square
    引き分け ドロー ; reach make advance into qualify progress through 進 到達 決め 届 ; score net strike
    hit find_the_net 得点 決め 点を ; lead ahead front top 首位 先頭 リード ; fire sack dismiss axe oust
    let_go lay_off layoff cut_jobs 解雇 解任 首 クビ 切 削減 ; hire recruit employ take_on appoint 採用 雇
    起用 ; quit resign step_down leave depart exit go stand_down walk_away 辞 退 去 離れ やめ 卒業 ;
    retire hang_up bow_out call_it_a_day 引退 退く 現役を ; join sign move transfer switch link_up 加入
    移籍 入団 加わ 入り ; succeed replace take_over follow successor 後任 後を継 引き継 後継 交代 ; close
    shut shutter shut_down wind_up go_out_of_business fold end 閉 廃業 たたむ 終 幕 閉鎖 ; open launch
    start unveil inaugurate debut 開 始 新設 開業 ; start begin launch kick_off commence get_under_way
    set_to from 始 開始 スタート 着手 乗り出 ; end finish stop conclude cease halt wrap_up over
    bring_to_an_end terminate 終 やめ 止 打ち切 完 幕 ; continue keep go_on stay remain carry_on persist
    survive 続 継続 残 存続 まま ; delay postpone put_back put_off push_back push defer slip reschedule
    延期 遅 先送 延ば ずれ込 後ろ倒し ; cancel call_off scrap drop abandon shelve ditch axe scrub 中止
    取りやめ 断念 やめ 見送 白紙 打ち切 ; suspend halt pause stop freeze ground interrupt break_off 停止
    中断 見合わせ 止 休止 ; resume restart reopen return restore back again 再開 復旧 復活 戻 再び ;
    extend prolong lengthen renew 延長 延ば 伸ば 更新 広げ ; shorten cut reduce curtail 短縮 減 縮小 絞 ;
    introduce bring_in launch roll_out adopt implement start 導入 採用 始 取り入れ ; abolish remove scrap
    do_away end drop eliminate get_rid 廃止 撤去 なく 取り除 廃 ; raise increase hike lift up put_up boost
    上げ 引き上げ 値上げ 増 ; rise climb soar jump grow increase surge gain go_up up higher 上 増 伸 高
    上昇 ; fall drop decline slide slump sink tumble plunge shrink go_down down lower decrease 下 減 落 低
    安 ; cut lower reduce slash trim 下げ 引き下げ 減ら 値下げ 削 ; exceed top surpass pass pass_the over
    above beat more_than cross break_through 超 上回 突破 こえ ; double twice twofold 倍 2倍 ; halve half
    半減 半分 半額 半数 ; weaken lose_strength downgrade ease 弱 衰え 格下げ ; strengthen intensify
    upgrade grow 強ま 強 発達 格上げ ; allow permit authorise authorize approve clear let green_light
    permission may can give_the_go-ahead 許可 認可 認め 許 可 解禁 できる ようにな ; ban prohibit forbid
    outlaw bar block not_allowed no_longer may_not 禁止 禁じ 認めな できなく 使えな 不可 ; refuse reject
    turn_down deny decline dismiss throw_out say_no 拒 断 却下 否決 退け 認めず ; approve pass adopt back
    vote_for vote_through ratify accept agree 可決 承認 成立 賛成 通過 合意 ; agree deal settle
    reach_agreement strike_a_deal compromise 合意 妥結 まとま 折り合 ; break_down collapse fall_through
    fail talks_fail went_nowhere 決裂 破談 不調 まとまらな だめ ; demand call_for urge seek ask want
    request press plead 求 要求 要請 訴え 呼びかけ 要望 ; warn caution alert advise tell 警告 警戒 注意
    呼びかけ ; order tell instruct command direct 命じ 命令 指示 ; promise pledge vow commit 約束 誓 公約
    ; announce say confirm reveal disclose unveil declare 発表 明らか 公表 表明 示 ; deny reject dispute
    refute 否定 反論 打ち消 ; admit concede acknowledge own_up confess 認め 自白 ; criticise criticize
    slam blast attack condemn hit_out complain anger angry furious outrage 批判 非難 反発 怒 苦情 不満 ;
    praise hail applaud celebrate welcome 称賛 たたえ 喜 祝 歓迎 ; protest demonstrate rally march oppose
    抗議 デモ 反対 ; sue take_to_court lawsuit file_suit legal_action 提訴 訴 裁判 ; fine penalty penalise
    pay penalised 罰金 課徴金 科 制裁 ; punish sanction discipline 処分 制裁 罰 ; arrest hold detain
    custody nab catch caught 逮捕 拘束 捕ま つかま 身柄 確保 ; charge indict prosecute accuse accused 起訴
    送検 容疑 疑い ; jail sentence imprison prison 懲役 実刑 禁錮 収監 ; free release let_go bail 釈放
    解放 保釈 ; investigate probe look_into examine inquiry check inspect 調査 捜査 調べ 点検 検査 ;
    search hunt look_for 捜索 探 捜 ; find discover detect spot uncover unearth rediscover locate turn_up
    identify 見つ 発見 検出 出土 突き止 判明 確認 ; lose missing disappear vanish gone go_missing 不明 消
    失 行方 ; steal rob loot take swipe make_off 盗 奪 強奪 持ち去 ; hide conceal disguise 隠 紛れ ; seize
    confiscate impound 押収 没収 差し押さえ ; kill die dead death lose_their_lives fatal claim_lives 死 亡
    殺 犠牲 ; injure hurt wound injury casualties 傷 けが 負傷 ; unhurt unharmed safe no_injuries
    nobody_hurt no_one_hurt without_injury luckily 無事 けが人なし けがはな けがをした人はいな ; rescue
    save free pull_out bring_to_safety refloat 救 助 救助 助け ; trap stuck strand blocked_in marooned
    閉じ込め 取り残 動けな 足止め 立ち往生 孤立 ; evacuate flee leave_their_homes leave_homes get_out
    displaced 避難 逃げ 退避 ; crash collide smash hit slam plough run_into pile-up 衝突 ぶつか 追突 激突
    突っ込 事故 ; break_through smash_through crash_through punch_through 突き破 貫 破 ; burn fire blaze
    gut destroy go_up_in_flames catch_fire caught_fire 燃え 焼 火事 火災 全焼 炎 ; explode blast blow_up
    burst explosion 爆発 破裂 吹き飛 ; burst rupture break leak 破裂 破れ 漏 ; flood inundate swamp
    submerge under_water 浸水 冠水 水につか 水浸し あふれ ; collapse give_way cave_in come_down 崩 倒壊
    落ち ; land come_down touch_down fall end_up come_to_rest 落 落下 着陸 着 ; take_off lift_off
    blast_off launch 離陸 打ち上げ 発射 飛び立 ; block close_off jam impassable shut lie_across clog ふさ
    遮 通れ 封鎖 止 ; wait queue line_up stuck in_line 待 列 足止め ; divert redirect reroute
    sent_elsewhere 行き先 迂回 目的地変更 別の ; fail break_down malfunction not_work go_wrong
    out_of_order 故障 不具合 失敗 使えな 動かな 障害 ; work function operate run run_on 動 稼働 運転 作動
    走 ; repair fix mend patch restore 修理 直 修正 補修 修復 ; build construct erect put_up make 建設
    建て 造 作 建造 ; demolish tear_down knock_down pull_down raze 解体 取り壊 撤去 ; make produce
    manufacture turn_out 製造 生産 作 造 ; sell flog put_up_for_sale sale auction auctioned hammer 売 競売
    落札 オークション 販売 ; buy purchase acquire snap_up take_over 買 購入 取得 買収 ; lend loan borrow
    lending rent 貸 借 レンタル ; give donate hand_out give_away grant present 贈 寄付 渡 与え 授与 ;
    give_back return hand_back restore 返 返還 戻 ; share pass_on hand_over leak disclose 共有 渡 提供 ;
    leak spill escape get_out appear_online surface 流出 漏 出回 ; publish release issue bring_out
    come_out 出版 発行 刊行 公開 出 ; show display exhibit present on_show 展示 公開 披露 見せ ; watch
    view see follow 見 観 視聴 ; perform play appear star 出演 演 公演 上演 ; sing song 歌 ; record tape
    shoot film 撮影 収録 ; travel ride trip journey go 旅 移動 乗 ; run operate service 運行 運転 走 ;
    visit come attend flock 訪 来場 来 足を運 ; attract draw bring pull_in 集 呼 ; use employ utilise 使
    利用 用い ; need require necessary 必要 要 いる ; lack short scarce shortage run_out not_enough 不足
    足り 欠 ; help aid assist support back 支援 助 援助 支え 応援 ; teach train educate 教 指導 育成 ;
    learn study 学 勉強 ; test try trial experiment 試 実験 検証 ; measure record register log 観測 測
    記録 ; grow raise cultivate farm 育 栽培 飼育 ; hatch birth born give_birth 生 産 誕生 孵化 ; eat feed
    consume 食 ; drink 飲 ; heat warm 暖 熱 ; cool chill 冷 ; swim bathe swimming 泳 遊泳 ; climb scale
    ascend summit stand_on 登 登頂 頂 ; tear rupture snap torn rip 断裂 切 裂 ; miss out_of sit_out
    sidelined ruled_out not_play 欠場 出られな 不在 離脱 棒に振 ; answer reply respond correct 答 正解
    回答 返事 ; break_record set_record smash_record record new_record surpass 更新 塗り替え 新記録 記録 ;
    honour honor award recognise recognize 表彰 受賞 栄誉 賞 ; choose pick select name elect 選 指名 決 ;
    vote elect ballot poll 投票 選挙 当選 ; name call dub title 名 命名 呼 ; merge combine unite join
    share single one 統合 合併 一つ 1か所 一本化 一元 ; split separate divide part 分割 分 別 ; move
    relocate shift transfer 移 移転 引っ越 ; expand widen enlarge spread grow broaden 拡大 広 増設 拡張 ;
    limit cap restrict curb 制限 抑 規制 上限 ; control contain tame under_control 抑 制御 鎮 ; attack
    stab shoot assault hit 襲 刺 撃 暴行 ; fight battle clash brawl 戦 争 けんか ; threaten menace risk
    danger 脅 恐れ 危険 ; cause trigger lead_to spark set_off bring blame because due 原因 引き起こ ため
    影響 せい 受け ; damage harm destroy wreck ruin 被害 損 壊 破壊 ; pay shell_out cost spend 払 支払
    費用 負担 ; free free_of_charge no_charge for_nothing 無料 無償 タダ ただ ; owe debt due 負債 借金
    未払 ; replace swap change exchange 交換 替え 切り替え 代え ; change alter amend revise overhaul renew
    redesign rewritten rewrite 変 改 刷新 見直 改正 新し ; forbid not_allowed may_not 禁 不可 ; plan
    intend aim want will to_be set_to propose 計画 方針 予定 目指 検討 へ ; expect forecast predict see
    outlook 見込 予想 見通し ; think believe consider regard deem assume suspect 考え 思 みられ とされ
    みて ; because owing thanks_to 理由 ため ; nobody none no-one not_a_single 誰も だれも 一人も ;
    all_night around_the_clock 24-hour overnight 終夜 夜通し 朝まで 24時間 ; weekend friday saturday 週末
    金曜 土曜 土日 ; early ahead_of_schedule ahead 早 前倒し ; late overdue behind_schedule 遅 ; abroad
    foreign overseas 海外 外国 ; nationwide whole_country entire_country anywhere_in_the_country
    across_the_country nation 全国 国内 ; first first-ever never_before unprecedented 初 史上初 前例のない
    これまで誰も ; oldest longest 最古 最長 ; huge giant massive enormous big large 巨大 大型 大規模 大き
    ; tiny small little minor 小 小型 わずか ; rare scarce unusual 珍 まれ 希少 ; extinct extinction
    die_out 絶滅 ; toxic poisonous poison harmful 毒 有毒 有害 ; dangerous unsafe risky 危険 危 ; popular
    hit favourite in_demand demand 人気 ヒット ; expensive costly dear high 高価 高 ; cheap low affordable
    安 ; young teenage teen 若 少年 少女 ; old aged elderly 高齢 老 古 ; strong strict tough heavy severe
    強 厳 激し ; sudden suddenly abrupt 突然 急に 急 ; secret leaked private confidential 秘密 極秘 私的 ;
    official formal formally 公式 正式 ; stroke shot 打 打差 ; margin by_one 差 僅差 ; consecutive
    in_a_row straight running back-to-back 連続 続け ; emergency_department emergency_room er casualty
    救急 ; household home 世帯 戸 軒 ; console machine hardware 機 本体 ; memory storage メモリー メモリ ;
    parcel package delivery deliver courier 荷物 小包 配達 宅配 ; startup start-up 新興 ベンチャー
    スタートアップ ; regulator watchdog authority agency 当局 規制 庁 局 ; consent permission asking 無断
    断りなく 同意 勝手 ; contact address_book 連絡先 ; flower blossom bloom 花 開花 咲 ; queen king royal
    crown prince princess 王 女王 王子 王女 ; castle palace fortress 城 宮殿 ; island isle 島 ; mountain
    mount peak summit 山 峰 ; lake pond reservoir 湖 池 ; river stream 川 ; beach coast shore 海岸 浜 沖 ;
    forest wood woodland 森 林 ; town village city 町 村 市 ; street road avenue 通り 道 ; roof ceiling
    屋根 ; garage depot shed 車庫 倉庫 ; garden park 庭 公園
        """,
    )
)
"""Each sense's words, in the order in which they are written."""
