"""Words for people and things that say the same in news, Japanese and English: a plant and a factory. Pure.

Written from general use. Between two semicolons stands a sense: its words in both languages. A word may have
several. Of English words the root counts (``lexicon.root``); ``_`` stands for a space. Japanese words, and phrases
of either language, are looked for anywhere in a folded text.
"""

from __future__ import annotations

import re
from typing import Final

SENSES: Final = tuple(
    sense.strip()
    for sense in re.split(
        r"\s;\s",
        """
    resident citizen local inhabitant people 住民 市民 町民 国民 ; worker employee staff personnel
    workforce crew 従業員 社員 職員 働き手 スタッフ 作業員 工員 ; pupil student schoolchildren kid child
    children 児童 生徒 学生 子ども 子供 園児 うちの子 ; teacher 教員 教師 先生 ; doctor physician medic
    surgeon 医師 医者 ドクター ; police officer cop constable 警察 警官 県警 おまわり ; firefighter
    fire_brigade fire_crew 消防 ; researcher scientist academic archaeologist team 研究者 研究チーム
    研究グループ 科学者 グループ チーム ; expert specialist 専門家 有識者 ; lawmaker mp parliament senate
    congress assembly 議会 国会 議員 ; government ministry minister state commission authority authorities
    政府 厚労省 外務省 国土交通省 経産省 当局 国が ; mayor 市長 町長 ; council city county municipality 市
    町 県 自治体 ; president head chief boss leader ceo chair chairman chairwoman 社長 代表 トップ 会長
    ceo 責任者 ; company firm maker manufacturer business operator group brand label house 企業 会社
    メーカー 業者 大手 事業者 ; brewery brewer beer ビール 醸造 ; bakery bakeries baker bread パン
    ベーカリー ; shop store outlet branch branches 店舗 支店 店 直営店 ; supermarket grocer grocery
    スーパー 量販店 ; restaurant eatery diner レストラン 飲食店 食堂 ; inn hotel 旅館 ホテル 宿 ; plant
    factory works fab mill 工場 ; home house household housing dwelling property 住宅 家屋 民家 世帯 戸 軒
    棟 ; building premises 建物 ビル ; car vehicle auto automobile 自動車 乗用車 車 ; lorry truck lorries
    トラック ; bike bicycle cycle cyclist 自転車 バイク ; plane aircraft jet airliner 飛行機 航空機 旅客機
    機体 ; flight 便 フライト ; train rail railway 列車 電車 鉄道 ; ship vessel boat ferry freighter 船
    船舶 フェリー 客船 貨物船 ; passenger rider commuter traveller traveler on_board aboard 乗客 旅客 乗員
    乗って 利用客 ; driver motorist 運転手 ドライバー ; tourist visitor guest holidaymaker 観光客 来場者
    来館者 入場者 来園者 訪れた人 ; fan supporter ファン サポーター ; customer client shopper consumer 客
    顧客 消費者 ; user 利用者 ユーザー ; coach manager 監督 コーチ ; club side 球団 クラブ ; match game
    clash fixture 試合 一戦 ; season 季 シーズン 期 ; goal ゴール 得点 ; singer vocalist 歌手 ボーカル ;
    band バンド ; album record アルバム ; song single 曲 楽曲 シングル ; film movie picture feature 映画
    作品 ; series show programme program podcast 番組 ドラマ シリーズ ; host presenter anchor 司会 出演者
    パーソナリティー ; actor actress star 俳優 女優 ; author novelist writer 作家 著者 小説家 ; book novel
    小説 書籍 ; painting picture artwork canvas 絵 絵画 名画 ; museum gallery 美術館 博物館 ; prize award
    honour honor trophy 賞 ; top main best 最高 最優秀 ; concert gig recital 公演 コンサート 演奏会 ライブ
    ; play musical 舞台 芝居 ミュージカル ; stage performance on_stage mid-aria 舞台 公演 ; opening_night
    premiere 初日 ; phone smartphone mobile handset device スマホ スマートフォン 携帯 ; app application
    アプリ ; software program tool ソフト ソフトウエア ソフトウェア ツール ; update version release
    edition 更新 アップデート バージョン 版 ; engine エンジン ; browser ブラウザ ; flaw hole bug
    vulnerability vulnerabilities weakness 脆弱性 欠陥 穴 不具合 バグ ; fault defect malfunction failure
    problem glitch trouble 不具合 故障 欠陥 トラブル 障害 異常 ; website site web ウェブサイト サイト
    ホームページ ; internet online streaming ネット インターネット オンライン 配信 ; data information 情報
    データ ; hacker intruder attacker hack 不正アクセス サイバー ハッカー 侵入 ; chip semiconductor 半導体
    チップ ; battery batteries cell バッテリー 電池 ; electric electricity power energy 電気 電力 電動
    発電 ; wind_farm turbine 風力 風車 ; reactor nuclear 原子炉 原発 原子力 ; radiation radioactivity
    radioactive 放射能 放射線 放射性物質 ; oil crude petroleum 原油 石油 ; fuel petrol gasoline diesel
    燃料 ガソリン 軽油 ; price cost fee fare charge expensive 価格 料金 値段 運賃 代金 費用 ; future 先物
    ; rent tenant 家賃 賃料 ; wage pay salary salaries earning 賃金 給料 給与 賃上げ ; tax levy levies
    duty 税 課税 ; litre liter リットル ; money fund cash 資金 現金 お金 ; aid support help subsidy
    subsidies assistance grant 支援 補助 援助 助成 助け ; damages compensation 賠償 補償 慰謝料 ; debt
    liability liabilities 負債 債務 借金 ; share stock equity 株 株価 株式 ; profit income earning 純利益
    利益 ; revenue turnover 売上高 売り上げ ; forecast outlook estimate 予想 見通し 見込み ; investor
    shareholder backer 投資家 株主 支援企業 出資者 ; market 市場 ; bank lender 銀行 ; loan credit 融資
    ローン ; pension retirement 年金 ; payment pay till checkout 決済 支払 払い レジ ; self-checkout
    self-service_till self_checkout セルフレジ ; election vote ballot polls 選挙 投票 ; law bill act
    legislation levy 法律 法案 条例 改正法 法 ; rule regulation requirement 規則 ルール 規定 義務 ; judge
    tribunal court 裁判所 地裁 高裁 最高裁 法廷 ; lawsuit suit litigation case 訴訟 裁判 ; patent 特許 ;
    prison jail 刑務所 拘置 ; newspaper paper daily 新聞 日刊 ; story report article 記事 報道 ; false
    fake untrue wrongly invented 虚偽 うそ 嘘 デマ ; thief thieves burglar robber raider gang 泥棒 強盗
    何者か 窃盗団 ; theft stealing shoplifting 盗難 窃盗 万引き 盗 ; knife blade knifeman 刃物 ナイフ 包丁
    ; drug narcotic coke cocaine 薬物 麻薬 コカイン ; medicine tablet pill drug 薬 錠剤 治療薬 ; vaccine
    jab inoculation ワクチン 接種 ; nasal nose sniff 鼻 経鼻 ; study trial 治験 臨床試験 試験 調査 ;
    disease illness sick ill sickness case 病気 疾患 感染 ; measle はしか 麻疹 ; hospital clinic ward 病院
    医療機関 ; minor slight slightly lightly not_badly 軽い 軽傷 ; serious severe seriously critical grave
    重傷 重体 重い ; unhurt unharmed uninjured safe safety 無事 けが人なし けがはな けがなし ; alive
    survive survivor 生存 生きて 命に別条 ; smoke 煙 ; ash 火山灰 灰 噴煙 ; volcano volcanic 火山 ; heat
    hot heatwave 暑 猛暑 ; temperature degree °c 気温 度 ; rain downpour rainfall 大雨 豪雨 雨 ; storm
    hurricane typhoon cyclone gale 台風 嵐 暴風 ; snow snowfall 雪 積雪 降雪 ; ice icy frozen freeze frost
    氷 凍結 凍っ 凍り 凍った ; drought 干ばつ 渇水 ; warn warning alert advise advice 警報 注意 警戒
    呼びかけ ; parasite mite 寄生虫 ダニ ; pesticide 農薬 ; beehive hive colony colonies bee ミツバチ 蜂 ;
    road highway motorway street route 道路 国道 高速道路 高速 ; station 駅 ; harbour harbor port dock 港
    ; traffic 交通 通行 ; school college 学校 校 ; university universities 大学 大の ; exam test 試験 入試
    ; whale クジラ ; humpback ザトウクジラ ; sandbank shallow 浅瀬 砂州 ; twin 双子 ; baby babies cub calf
    calves 赤ちゃん 子ども ; farmer grower keeper beekeeper 農家 農業者 生産者 養蜂家 養蜂業者 ; harvest
    crop 収穫 作柄 ; fish catch 魚 漁獲 水揚げ ; bacteria germ microbe bacterium 細菌 バクテリア 菌 ;
    ocean sea marine 海 海洋 ; deep-sea deep 深海 深い ; spacecraft probe craft 宇宙船 探査機 ; satellite
    衛星 人工衛星 ; lift-off liftoff launch 打ち上げ ; moon lunar 月面 月の ; signal contact communication
    silent 通信 信号 交信 ; highest most biggest largest peak hottest high 最高 最多 最大 最も 一番 高値
    高い水準 ; lowest least smallest coldest 最低 最少 最小 最安値 ; first first_time 初 初めて ; last
    final farewell goodbye bow_out 最後 最終 引退 幕 退く ; youngest young as_young 最年少 最も若い ;
    oldest 最年長 最高齢 ; new newly 新た 新しい 新 ; nationwide across_the_country countrywide national
    全国 国内 ; world global 世界 ; permanently for_good 恒久 ; immediately at_once right_away now すぐ
    直ちに 早め ; halfway mid-ride midway 途中 走行中 ; lack shortage short_of enough 不足 足りな 人手不足
    人がいない ; agreement pact deal contract 合意 妥結 契約 ; talk negotiation 交渉 協議 ; union 労組
    組合 ; job work livelihood 雇用 職 仕事 ; foreign overseas abroad 海外 外国 国外 ; free free_of_charge
    no_charge without_paying 無料 タダ 無償 お金を払わず ; visa visas visa-free ビザ 査証 ; hidden conceal
    hid 隠 ; stuck trap strand 閉じ込め 取り残 動けな 降りられな 座礁 乗り上げ 宙づり ; crack fissure 亀裂
    ひび ヒビ ; collapse faint pass_out 倒れ ; alcohol drunk 酒 飲酒 ; huge giant enormous big 巨大 大型 ;
    beneath under below underneath 下から 地下 ; bear クマ 熊 ; youngster teenager teen 少年 少女 ; woman
    female 女性 ; man male guy 男性 男 ; opponent rival challenger ライバル 相手 ; leader number_one
    top_seed no._1 首位 第1シード ; winner victor champion 優勝 王者 覇者 ; title crown タイトル 王座 ;
    broadcast transmitter on_air 放送 配信 中継 ; conductor maestro 指揮者 ; orchestra philharmonic フィル
    管弦楽団 ; lottery jackpot 宝くじ 当せん ; bus バス ; meal lunch 給食 食事 ; uniform 制服 ; cherry
    blossom 桜 ; typo mistake error wrong 誤り 間違い ミス
        """,
    )
)
"""Each sense's words, in the order in which they are written."""
