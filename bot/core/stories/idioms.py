"""More words and phrases that say the same, by the field of news that they are of. A pure table.

Like ``acts`` and ``thesaurus``: written from general use, and looked for in the same way. Here stands what
headlines, agencies and people at their phones each say in a way of their own: to axe, to let go, クビ.
"""

from __future__ import annotations

import re
from typing import Final

IDIOMS: Final = tuple(
    sense.strip()
    for sense in re.split(
        r"\s;\s",
        """
    shut_out shutout blank clean_sheet without_reply kept_scoreless scoreless no_goals zero_goals 完封 無失点
    零封 ; level tie square draw_even equalise equalize pull_level all_square drew_level 五分 タイに 並ぶ 並んだ
    追いつ ; comeback come_from_behind came_from_behind rally turn_around fight_back overturn reverse 逆転
    ひっくり返 大逆転 巻き返 ; knockout knock_out stoppage stop finish floor ko tko 倒し ノックアウト マット
    ; unify undisputed 統一 ; belt title crown championship ベルト タイトル 王座 ; round inning set quarter
    period 回 ラウンド セット ; pole_position pole front_of_the_grid start_first ポールポジション ポール 予選1位
    予選トップ ; runner-up second_place finish_second finishes_second silver 準優勝 2位 銀メダル ; podium medal
    bronze 表彰台 メダル ; hat-trick hat_trick three_goals treble scores_three ハットトリック 3得点 3ゴール ;
    brace twice two_goals scores_two 2得点 2ゴール ; penalty shoot-out shootout spot_kick penalties pk戦 ;
    extra_time overtime sudden_death 延長戦 延長 ; red_card sent_off sending-off dismissed ejected レッドカード
    退場 ; retain defend keep_title keep_the_title hold_on_to 防衛 連覇 ; back-to-back repeat second_straight
    連覇 2連覇 ; outsider longshot long_shot underdog unfancied rank_outsider upset shock surprise 伏兵 人気薄
    大穴 番狂わせ 波乱 ; favourite favorite tipped odds-on 本命 有力 1番人気 ; late_winner last-gasp last-minute
    stoppage-time injury-time at_the_death buzzer 終了間際 土壇場 ロスタイム 劇的 サヨナラ ; torn tear rupture
    ruptured ligament achilles hamstring 断裂 アキレス腱 靱帯 ; pull_out withdraw drop_out scratch ruled_out
    miss sidelined out_of sit_out without unavailable 欠場 辞退 出られな 離脱 不出場 棄権 ; call_up call-up
    named_in_squad select squad roster 招集 選出 代表入り メンバー入り ; sign signing land snap_up bring_in
    agree_terms done_deal new_signing transfer join 獲得 加入 移籍 入団 契約 ; transfer_fee fee price_tag 移籍金
    ; most_expensive club_record record_fee record_signing transfer_record クラブ史上最高額 ; loan temporary
    期限付き レンタル移籍 ; sack fire part_company relieve_of_duties show_the_door axe dismiss get_the_boot 解任
    更迭 クビ 契約解除 ; banned suspend suspension ban ineligible barred 出場停止 資格停止 処分 出禁 追放 ;
    doping banned_substance failed_test positive_test failed_drug_test ドーピング 禁止薬物 陽性 ; cheat cheating
    foul_play 不正 カンニング イカサマ ; promote go_up promotion 昇格 上がる ; relegate go_down drop_down
    relegation 降格 落ちる ; qualify book_place book_their_place book_a_place through reach progress 進出
    出場決め 勝ち上が 突破 ; eliminate knock_out crash_out exit bow_out go_home out_of_the_cup 敗退 姿を消 ;
    lay_off laid_off lays_off layoff let_go cut_jobs job_cuts slash_jobs shed_jobs trim_workforce
    reduce_headcount downsize redundancies redundant axe_jobs lose_their_jobs cuts_jobs cutting_jobs cut_staff
    jobs_to_go workforce 人員削減 リストラ 早期退職 希望退職 整理解雇 人減らし クビ 退職者 ; hire recruit
    take_on new_jobs create_jobs 採用 雇い 新規雇用 ; bankrupt insolvent insolvency go_bust goes_bust went_bust
    went_under go_under administration chapter_11 liquidation receivership collapse wound_up 破産 倒産 経営破綻
    民事再生 会社更生 つぶれ 潰れ ; takeover acquire acquisition buyout buy snap_up swallow purchase deal_for
    買収 買い取 傘下 子会社 ; merge merger tie-up join_forces combine 合併 統合 ; spin_off split_off demerge
    carve_out 分社 切り出 独立させ ; raise_price price_hike price_rise price_increase pricier dearer costs_more
    cost_more more_expensive go_up charge_more paying_more pay_more 値上げ 高くな 値上がり 引き上げ ; price_cut
    cheaper lower_price costs_less slash_prices knock_off 値下げ 安くな 値下がり 引き下げ ; unchanged hold keep
    steady leave no_change stand_pat on_hold 据え置き 維持 変えず 現状維持 変わらず ; rate interest benchmark
    borrowing_cost base_rate key_rate monetary 金利 利上げ 利下げ 政策金利 ; ease loosen rate_cut cut_rates
    lower_rates easing 利下げ 緩和 ; tighten rate_hike raise_rates hike_rates 利上げ 引き締め ; central_bank
    policymaker fed ecb boe boj 日銀 中央銀行 日本銀行 ; soar surge jump rocket spike skyrocket leap shoot_up
    climb rally 急騰 高騰 急伸 跳ね上が 爆上げ 急上昇 ; plunge tumble slump crash nosedive sink dive plummet
    slide tank 急落 暴落 急減 ガタ落ち 下落 ; crude oil barrel brent wti 原油 ; pump petrol gasoline
    filling_station ガソリン 給油 レギュラー ; inflation cost_of_living consumer_prices cpi 物価 インフレ ;
    recession downturn shrink contraction 景気後退 不況 マイナス成長 ; profit earn net_income in_the_black 黒字
    増益 純利益 最高益 ; loss in_the_red deficit 赤字 減益 損失 ; downgrade profit_warning cut_forecast
    lower_guidance 下方修正 ; upgrade_forecast raise_forecast raise_guidance 上方修正 ; dividend payout 配当 ;
    go_public ipo list float stock_market_debut 上場 株式公開 ; fund funding raise_money investment round backer
    資金調達 出資 ; ad advert advertising sponsor 広告 スポンサー ; yen 円 ; stronger appreciate strengthen 円高
    ; weaker depreciate weaken 円安 ; store_closure shut_shops close_stores closes_stores 閉店 店じまい 撤退 ;
    factory_closure close_plant shut_plant 工場閉鎖 ; outage down offline not_working unavailable crash
    disrupted disruption 障害 つながらな 落ち 使えな ダウン 不通 ; subscription subscribe rent monthly_fee
    サブスク 定額 月額 ; one-off perpetual lifetime licence license 買い切り 永続 ; ship release roll_out
    out_now available land drop launch now_live hits 公開 リリース 配信開始 提供開始 登場 配布 ; discontinue
    sunset retire end_of_life kill_off shut_down pull_the_plug 提供終了 販売終了 廃止 サ終 終了 ; patch fix
    update plug hotfix firmware 修正 パッチ 更新 アップデート アプデ 修正版 ; exploit attack abuse in_the_wild
    悪用 攻撃 ; without_a_password no_password authentication_bypass auth_bypass without_credentials
    without_logging bypass unauthenticated 認証回避 認証バイパス パスワードなし ログインせず ; leak expose
    breach spill exposed unsecured wide_open 流出 漏えい 漏洩 丸見え さらされ ; ransomware extortion
    held_to_ransom ランサム 身代金 ; graphics gpu video_card グラボ グラフィック gpu ; memory ram dram メモリ ;
    compile compiler build コンパイル ビルド ; faster quicker speed twice_as_fast 高速 速い 速く 短縮 ;
    ceasefire truce armistice stop_fighting fighting_stop end_fighting end_hostilities lay_down_arms peace_deal
    fighting_in 停戦 休戦 戦闘をやめ 戦闘停止 和平 ; rebel insurgent guerrilla militia fighter armed_group
    反政府 武装勢力 武装組織 反乱 民兵 ; breach violate break_ceasefire break_truce 違反 破ら ; coup overthrow
    seize_power take_power taken_power takes_over oust topple junta takeover クーデター 政権奪取 権力を掌握
    政権を倒 ; soldier troop army military officer soldiers 軍 兵士 将校 軍人 部隊 ; invade invasion incursion
    cross_the_border 侵攻 進軍 越境 ; missile rocket drone strike shell bomb airstrike ミサイル 空爆 砲撃 攻撃 ;
    sanction embargo blacklist 制裁 禁輸 ; summit meet talk meeting hold_talks 首脳会談 会談 会う ; sign treaty
    accord pact agree reached_agreement deal signed 調印 署名 合意 条約 協定 一致 ; expel kick_out deport
    persona_non_grata 追放 国外退去 ; ambassador envoy diplomat 大使 外交官 ; mediator broker go-between 仲介 ;
    midnight 0:00 12_a.m. 深夜0時 午前0時 0時 零時 ; noon midday 12:00 正午 ; resign quit step_down stand_down
    bow_out go call_it_quits 辞任 辞め 退陣 退任 身を引 職を辞 ; no_confidence vote_out no-confidence 不信任 ;
    snap_election early_election dissolve parliament_dissolved 解散 総選挙 前倒し選挙 ; landslide big_win sweep
    圧勝 大勝 ; run_for stand_for candidacy throw_hat declare 立候補 出馬 名乗り ; majority control 過半数 多数
    ; veto block reject vote_down voted_down turned_down defeat no_vote rejected 否決 拒否 反対多数 ; re-elect
    second_term another_term reappoint reappointment 再選 再任 続投 ; tariff duty import_tax customs 関税 ; toll
    charge fee pay_to_use 通行料 料金 ; free scrap_toll no_toll toll-free free_of_charge no_longer_pay
    without_charge 無料 タダ ただ 無料化 ; budget spending 予算 ; subsidy subsidise handout 補助金 給付 助成 ;
    smoke-free smoking tobacco 喫煙 たばこ 禁煙 ; escape break_out flee get_away got_out get_out on_the_run
    tunnel_out jailbreak at_large 脱走 逃走 逃げ 脱獄 ; manhunt hunt search chase track_down look_for pursue
    捜索 行方を追 追跡 探し ; inmate prisoner convict jail 受刑者 囚人 収容 ; prison jail 刑務所 拘置所 ;
    sentence jailed behind_bars years_in_prison prison_term put_away 懲役 実刑 禁錮 刑を言い渡 ; arrest custody
    detain hold caught cuff nab pick_up 逮捕 拘束 身柄 御用 捕ま ; suspect accuse alleged 容疑 疑い ; raid
    search_premises swoop 家宅捜索 強制捜査 ガサ ; shoot gun open_fire gunman gunfire 銃撃 発砲 撃 ; stab knife
    slash 刺 切りつけ 刃物 ; rob robbery hold_up heist steal 強盗 強奪 奪 ; fraud scam swindle con 詐欺 だまし ;
    bribe corruption graft kickback 贈収賄 汚職 収賄 わいろ 賄賂 ; court jury judge verdict ruling 裁判所 地裁
    陪審 判決 ; jury juror 陪審 ; win_case wins_verdict in_favour verdict_against lose_case found_against 勝訴
    敗訴 訴え認め ; damages ordered_to_pay owe must_pay has_to_pay told_to_pay compensation orders_to_pay to_pay
    payout 賠償 支払い命 支払うよう 払うよう ; infringe copy rip_off steal_design patent_infringement 侵害
    パクリ 模倣 盗用 まね ; sue take_to_court file_suit lawsuit legal_action seek_damages 提訴 訴えた 訴訟 ;
    appeal challenge_ruling contest 控訴 上告 異議 ; overturn quash annul set_aside throw_out 破棄 取り消し 覆 ;
    acquit clear not_guilty walk_free 無罪 ; settle out_of_court 和解 示談 ; blaze fire inferno flame burn
    go_up_in_flames gutted engulf 火災 火事 全焼 燃え 炎上 焼け 火が出 ; explode blast blow_up explosion
    detonate fireball burst erupt_in_flames 爆発 吹き飛 破裂 爆散 ; maiden first debut inaugural first-ever 初
    初めて 1号機 初号機 処女 デビュー ; liftoff lift-off launch blast_off takeoff flight 打ち上げ 発射 離昇 ;
    lost destroyed disintegrate break_up 失敗 喪失 壊れ ; nobody_hurt no_one_hurt unhurt no_injuries
    nobody_was_injured no_casualties everyone_ok everybody_is_fine all_safe unharmed safe けが人なし けがなし
    負傷者は出 無事 人への被害はな 被害なし けが人はいな けがした人はいな ; quake earthquake tremor shake jolt
    seismic magnitude 地震 揺れ 震度 マグニチュード ; tsunami tidal_wave 津波 ; struck hit register measure
    record 観測 発生 ; epicentre epicenter depth 震源 深さ ; evacuate flee leave_homes told_to_leave 避難 逃げ ;
    rain downpour deluge torrential 大雨 豪雨 土砂降り ; flood inundate submerge swamp under_water 浸水 冠水
    洪水 氾濫 水没 ; landslide mudslide rockfall 土砂崩れ 崖崩れ 土砂災害 ; storm gale cyclone typhoon hurricane
    台風 暴風 嵐 ; blizzard snowstorm heavy_snow 吹雪 大雪 豪雪 ; blackout power_cut power_outage no_power
    lights_out without_power 停電 ; burst water_main main_burst pipe leak 水道管 破裂 漏水 破れ ; divert
    diversion detour reroute go_round 迂回 まわり道 経路変更 ルートに変え ; cancel scrap ground called_off axed
    no_flights 欠航 運航を取りやめ 飛ばない 中止 取りやめ ; delay late hold-up behind_schedule 遅れ 遅延 ;
    as_normal back_to_normal as_usual resume 平常 通常 平常どおり ; derail off_the_rails come_off 脱線 ; collide
    collision hit struck run_into crash ran_into bump 衝突 接触 ぶつか 追突 ; cyclist bicycle bike 自転車 チャリ
    ; driverless robotaxi autonomous self-driving 自動運転 無人 ロボタクシー ; halt suspend switch_off stop
    pull_off 停止 見合わせ 止ま 運休 ; sink capsize go_down 沈没 転覆 ; drown 溺 水死 ; rescue save pull_free
    bring_to_safety winch 救助 助け 救出 ; missing unaccounted lost 行方不明 連絡が取れな ; body remains corpse
    遺体 ; spill leak discharge pour release contaminate 流出 漏れ 流れ込 汚染 ; chemical 薬品 化学 ; dead_fish
    fish_death fish_kill mass_death 大量死 死骸 ; do_not_touch don't_touch stay_out avoid_contact keep_away
    told_not_to_touch advise_against_contact 触れない 触らな 近づけな 触るな ; smog air_quality haze aqi pm2.5
    大気 ; heat heatwave scorching sweltering 猛暑 酷暑 熱波 ; outbreak cluster spread infection case epidemic
    流行 集団感染 クラスター 感染 患者 ; tally total toll count number_of_cases climb_to grow_to reach rise_to
    now_at 計 合わせて 累計 ; unvaccinated not_vaccinated not_been_immunised not_immunised no_jab 未接種 ;
    vaccine jab shot immunise immunize vaccinate ワクチン 接種 ; flu influenza インフルエンザ インフル ; measles
    はしか 麻疹 麻しん ; listeria salmonella e._coli bacteria contamination germ 菌 食中毒 ; recall pull
    take_off_shelves taken_off_shelves taken_off_the_shelves pulled_from_sale withdraw product_recall 回収
    リコール 販売中止 ; approve license green_light 承認 認可 ; cure treat therapy drug 治療 薬 ; trial study
    治験 臨床 ; organ transplant 移植 臓器 ; dementia alzheimer 認知症 ; cancer tumour tumor がん 癌 ;
    give_birth gives_birth gave_birth born deliver baby newborn welcome arrival 出産 産ん 誕生 生まれ 産まれ
    赤ちゃん ; boy son prince 男児 男の子 息子 王子 長男 ; girl daughter princess 女児 女の子 娘 王女 長女 ;
    pregnant expecting baby_bump 妊娠 おめでた 第1子 ; marry wed tie_the_knot get_hitched married husband wife
    結婚 入籍 ゴールイン ; engaged engagement propose 婚約 ; divorce split separate break_up end_marriage
    part_ways part_company call_it_quits end_their_marriage 離婚 破局 別れ 終止符 ; die dead pass_away death
    passed rip 死去 亡くな 逝去 訃報 永眠 急死 ; retire hang_up call_time bow_out end_career 引退 退く 現役生活
    ; graduate leave_the_group last_show 卒業 脱退 ; hiatus break take_time_off time_out 活動休止 休養 ; reunite
    reunion back_together 再結成 ; palace royal court monarchy 王宮 王室 皇室 宮内庁 ; heir succession
    line_to_the_throne in_line 継承 皇太子 ; spokesperson rep agent publicist 事務所 代理人 広報 ; actor star
    actress 俳優 女優 ; singer artist musician act 歌手 アーティスト ; fan follower supporter ファン ; concert
    tour show gig date 公演 ライブ ツアー コンサート ; sold_out sell_out no_tickets_left 完売 売り切れ 満席 ;
    phone mobile handset cell smartphone スマホ 携帯 スマートフォン ; ban no_phones phone-free don't_allow
    not_allowed 禁止 持ち込めな 使えな ; finale last_issue last_episode final_chapter final_episode last_one
    is_ending conclude 最終回 最終話 完結 連載終了 おわる 幕 ; comic manga graphic_novel 漫画 マンガ コミック ;
    anime animated cartoon アニメ ; sequel follow-up part_two 続編 第2弾 ; premiere debut first_night 初演
    初公開 初日 ; box_office takings gross 興行収入 興収 ; chart number_one top_of_the_charts 首位 チャート ;
    auction under_the_hammer bid fetch sell_for sold_for go_for paid hammer_price 競売 落札 オークション 値がつ
    ; collector buyer bidder 収集家 買い手 落札者 ; vintage distilled dated from 年代物 蒸留 ; subscriber
    follower 登録者 フォロワー 登録 ; livestream broadcast stream 配信 生放送 ; comedian stand-up duo 芸人 漫才
    コンビ ; contest competition tournament championship cup 大会 コンテスト 選手権 ; youngest youngest_ever
    最年少 史上最年少 一番若 ; laureate nobel_prize wins_nobel awarded_the_nobel ノーベル 受賞 ; discover find
    identify spot 発見 見つけ ; digest break_down eat decompose 分解 食べる ; quadruple quad 4回転 クワッド ;
    land nail pull_off complete execute 成功 決め 降り ; eclipse 日食 食 ; total fully completely entire 皆既
    完全 ; darkness dark night turned_to_night 暗 真っ暗 ; crowd thousands spectators onlooker 観客 観光客 ;
    star constellation 星 ; michelin star starred ミシュラン 星 ; stall cart on_wheels mobile street_food 屋台
    移動式 ; noodle ramen ラーメン 麺 ; rice コメ 米 お米 ; whisky whiskey bourbon ウイスキー ; brewery sake
    distillery 酒蔵 酒造 蔵元 ; department faculty course subject 学科 学部 ; axe close shut close_down
    stop_teaching discontinue wind_down no_longer_offer 募集停止 廃止 なくな 閉じ ; save_money cut_costs
    budget_reasons save_costs to_save financial_reasons 財政難 経費削減 経営の悪化 赤字 ; century hundred_years
    over_a_century 100年 百年 1世紀 ; decade ten_years 10年 ; fortnight two_weeks 2週間 ; dozen 12 ; keeper
    zookeeper caretaker 飼育員 飼育 ; ape orangutan gorilla chimpanzee オランウータン ゴリラ チンパンジー ; zoo
    wildlife_park safari_park 動物園 動物公園 ; first_time for_the_first_time never_before since 初 ぶり 以来 ;
    history milestone landmark 歴史 快挙 史上 ; surpass top pass reach hit cross 突破 超え 達し 大台 ; apologise
    apologize sorry regret 謝罪 おわび 陳謝 申し訳 ; deny reject dismiss call_it_nonsense untrue baseless 否定
    事実無根 でたらめ ; confirm admit acknowledge 認め 確認 明らか ; reveal announce say disclose unveil declare
    発表 公表 明らか 表明 伝え ; blame fault cite because_of due_to thanks_to 理由 原因 せい 影響 として ; row
    dispute quarrel spat feud clash argument stand-off 対立 論争 もめ 確執 いさかい ; snub spurn shun
    cold-shoulder turn_down ignore 拒 無視 袖にす 断 ; oust topple unseat remove_from drive_out 追い落と 失脚
    解任 ; quiz question grill interrogate interview 事情聴取 聴取 尋問 質問 ; woe trouble struggle difficulties
    in_crisis 苦境 不振 低迷 危機 ; blow setback disappointment 打撃 痛手 ; boost lift shot_in_the_arm fillip
    後押し 追い風 弾み ; curb crack_down clamp_down rein_in crackdown restrict 取り締ま 規制 抑制 ; pledge vow
    commit undertake 約束 公約 表明 ; back endorse support throw_weight come_out_in_favour 支持 推薦 賛同 後押し
    ; oppose object_to come_out_against speak_out 反対 異論 異議 ; warn sound_the_alarm raise_the_alarm caution
    警告 警鐘 ; lambast rap rebuke scold tell_off reprimand 叱責 厳重注意 非難 苦言 ; hail laud applaud praise
    pay_tribute 称賛 絶賛 たたえ ; mourn pay_respects tribute grieve 追悼 悼 ; hospital admitted
    taken_to_hospital rushed_to_hospital hospitalise hospitalize ambulance 搬送 入院 救急車 病院に運 ; critical
    fighting_for_life life-threatening 重体 意識不明 危篤 ; recover pull_through discharged_from out_of_hospital
    on_the_mend 回復 退院 快方 ; pet dog cat puppy kitten 犬 猫 ペット 子犬 子猫 ; bite maul attack savage かま
    襲 ; boar deer monkey bear イノシシ シカ サル クマ 熊 ; insect bug beetle 虫 昆虫 ; bird fowl poultry 鳥 鶏
    ; bird_flu avian_flu avian_influenza 鳥インフル ; cull slaughter destroy_birds put_down 殺処分 ; pig swine
    豚 ; cattle cow beef 牛 ; milk dairy 牛乳 乳製品 ; egg eggs 卵 たまご タマゴ ; bread loaf wheat flour パン
    小麦 ; vegetable produce greens cabbage lettuce 野菜 キャベツ レタス ; fruit apple orange strawberry 果物
    りんご リンゴ みかん イチゴ いちご ; tuna salmon eel squid マグロ まぐろ サケ うなぎ ウナギ イカ ; shortage
    run_short short_supply scarce run_out sold_out empty_shelves 品薄 不足 足りな 品切れ 売り切れ ; stockpile
    reserve 備蓄 ; import bring_in imports 輸入 ; export ship_abroad exports 輸出 ; supplier vendor contractor
    業者 下請け 取引先 ; warehouse depot logistics 倉庫 物流 配送 ; container cargo freight 貨物 コンテナ ;
    strike walk_out down_tools industrial_action stoppage ストライキ スト入り ストに突入 ; picket picket_line
    rally march take_to_the_streets demonstrate demonstrator protester 抗議 デモ ; riot unrest clash looting
    暴動 騒乱 衝突 ; curfew stay_indoors stay_inside stay_home 外出禁止 外に出ない 外出を控え 屋内に ; border
    frontier crossing 国境 ; migrant asylum refugee 移民 難民 不法入国 ; passport visa entry_permit 旅券
    パスポート ビザ ; embassy consulate 大使館 領事館 ; hostage kidnap abduct seize captive 人質 誘拐 拉致 ;
    free release set_free let_go handed_over 解放 釈放 ; spy espionage spying スパイ 諜報 ; terror bomber
    bombing blast テロ 爆弾 自爆 ; victim casualty dead injured 被害者 犠牲者 死傷者 ; death_toll number_of_dead
    toll_rises dead_rises 死者数 死者は 犠牲者は ; eyewitness witness onlooker bystander 目撃 ; cctv footage
    video clip camera 映像 動画 防犯カメラ ; go_viral viral trending spread_online blow_up 拡散 話題 バズ
    トレンド入り ; post tweet upload share 投稿 つぶや アップ ; account handle profile アカウント 垢 ; suspend
    freeze lock ban deactivate 凍結 停止 バン 垢バン ; delete remove take_down wipe 削除 消し 消え ; fake phony
    counterfeit forged bogus deepfake 偽 偽物 にせ 模造 なりすまし ; copyright piracy pirate plagiarism 著作権
    海賊版 盗作 無断転載 ; leak rumour insider sources_say リーク 情報筋 関係者 ; teaser trailer first_look clip
    予告編 特報 ティザー ; remake reboot remaster reissue リメイク リマスター 再映画化 ; voice voice_actor dub
    cast 声優 吹き替え キャスト 声 ; cast star lead_role play_the_part role 主演 出演 配役 ; director film-maker
    filmmaker helm 監督 メガホン ; screenplay script writer 脚本 シナリオ ; publish hit_the_shelves in_bookshops
    out_in_print 刊行 出版 発売 ; serial serialise serialize run_in_weekly 連載 ; magazine weekly monthly
    journal 雑誌 週刊誌 月刊 ; exhibition show retrospective 展覧会 展示 回顧展 ; sculpture statue monument 彫刻
    像 銅像 ; heritage world_heritage unesco listed 世界遺産 文化財 重要文化財 ; temple shrine church cathedral
    mosque 寺 神社 教会 ; festival carnival parade 祭 祭り フェス 祭典 ; firework fireworks 花火 ; illuminate
    light_up lights ライトアップ 点灯 イルミネーション ; full_bloom at_their_best peak_bloom in_bloom 満開
    見ごろ 見頃 ; autumn_leaves foliage 紅葉 ; ski slope resort スキー ゲレンデ ; swim pool beach 海水浴 プール
    ; hike trail climber trekker 登山 ハイキング ; lost_on_the_mountain stranded_climber 遭難 ; avalanche
    snow_slide 雪崩 なだれ ; lightning thunder struck_by_lightning 落雷 雷 ; hail hailstone ひょう 雹 ; tornado
    twister whirlwind 竜巻 突風 ; fog mist 霧 ; aurora northern_lights オーロラ ; meteor fireball shooting_star
    隕石 流星 火球 ; comet asteroid 彗星 小惑星 ; planet exoplanet 惑星 ; telescope observatory 望遠鏡 天文台 ;
    astronaut crew cosmonaut spacewalk 宇宙飛行士 船外活動 ; rover lander probe 探査車 探査機 着陸船 ; fossil
    dinosaur skeleton 化石 恐竜 骨格 ; tomb burial grave 墓 古墳 ; coin gold treasure hoard 金貨 財宝 埋蔵 ;
    ancient prehistoric thousand-year-old 古代 縄文 弥生 ; species breed kind 種 新種 ; gene dna genome 遺伝子
    ゲノム ; robot humanoid machine ロボット 人型 ; ai artificial_intelligence chatbot model llm 人工知能 生成ai
    チャットボット ; quantum 量子 ; supercomputer supercomputing スパコン スーパーコンピュータ ; server
    data_centre data_center cloud サーバー データセンター クラウド ; laptop notebook pc tablet パソコン ノートpc
    タブレット ; headset glasses vr ar ゴーグル ヘッドセット ; earphone headphone earbud イヤホン ヘッドホン ;
    electric_car ev battery_car 電気自動車 ; hydrogen fuel_cell 水素 燃料電池 ; solar solar_panel photovoltaic
    太陽光 ソーラー ; nuclear_plant reactor 原発 原子炉 ; restart_reactor back_on_line switch_back_on 再稼働 ;
    waste rubbish trash garbage ごみ ゴミ 廃棄物 ; recycle reuse 再利用 リサイクル ; plastic_bag packaging
    レジ袋 包装 ; emission carbon co2 greenhouse 排出 温室効果 二酸化炭素 ; pollute contaminate foul 汚染 ; tree
    forest woods cut_down fell 伐採 切り倒 木 ; park playground 公園 遊び場 ; nursery kindergarten daycare
    creche 保育園 幼稚園 こども園 保育所 ; school_trip excursion 修学旅行 遠足 ; bully bullying harass
    harassment いじめ ハラスメント パワハラ セクハラ ; truant absent 不登校 ; headteacher principal 校長 ;
    professor lecturer scholar 教授 ; graduate graduation 卒業 ; entrance admission 入学 入試 ; tuition
    school_fees 学費 授業料 ; scholarship grant 奨学金 ; part-time casual_worker temp バイト アルバイト パート
    非正規 ; overtime working_hours long_hours 残業 長時間労働 ; minimum_wage hourly 最低賃金 時給 ; bonus
    allowance ボーナス 賞与 手当 ; pension retiree 年金 ; birth_rate number_of_births 出生数 出生率 少子化 ;
    population inhabitants 人口 ; elderly pensioner senior 高齢者 お年寄り ; centenarian oldest_person 長寿
    最高齢 ; survey poll questionnaire 調査 アンケート 世論調査 ; approval_rating popularity support_rating
    支持率 ; rank ranking table list 順位 ランキング ; average mean 平均 ; majority most_of more_than_half bulk
    過半数 大半 半数以上 ; quarter 四半期 四分の一 ; annual yearly a_year 年間 年1回 ; daily every_day a_day
    毎日 1日 ; overnight during_the_night in_the_night 夜間 夜中 未明 夜 ; dawn early_morning small_hours
    before_dawn 早朝 未明 明け方 ; evening tonight night 夕方 今夜 夜 ; this_morning morning a.m. 朝 今朝 午前 ;
    afternoon p.m. 午後 昼 ; start_of_the_year from_january new_year next_january 年明け 1月 来年の初め ;
    end_of_the_year december year-end 年末 12月 ; spring 春 ; summer 夏 ; autumn fall 秋 ; winter 冬 ; bid
    attempt try effort 試み 挑戦 ; goal target aim 目標 ; key vital crucial 重要 要 ; rise_to grow_to go_up_to
    reach total_of 計 に達し となっ ; nearly almost close_to about around roughly some approximately 約 およそ
    ほぼ 近く ; whole entire all every each 全 すべて 全部 全員 どの ; part section some portion 一部 ; several
    many dozens_of a_number_of 多数 数十 複数 たくさん ; mass en_masse by_the_thousand thousands huge_numbers
    大量 大勢 多数 ; half semi fifty_percent 半 半分 ; open_to_the_public admit_visitors 一般公開 公開 ; give_up
    drop ditch abandon stop_doing do_away_with 断念 やめ 諦 あきらめ ; without sans no_more no_longer lack なし
    無し なく ; stay_away avoid keep_clear steer_clear 近づか 避け ; hurry rush race 急 ; promise_not_to
    pledge_not
        """,
    )
)
"""Each sense's words, in the order in which they are written."""
