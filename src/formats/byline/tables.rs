//! The words of bylines, parted by blanks or bars; all in lower case.

/// What a byline begins with.
pub(super) const BY: &str = "
by | written by | words by | story by | report by | reported by | reporting by | posted by |
published by | contributed by | submitted by | text by | text and photos by | from | author | authors | opinion by | analysis by |
review by | interview by | column by | as told to | article by | special report by | von |
geschrieben von | veröffentlicht von | eingestellt von | verfasst von | ein gastbeitrag von | eine kolumne von | ein essay von | eine rezension von | kolumne von | protokoll | eine analyse von | ein kommentar von | ein interview von |
eine reportage von | ein bericht von | bericht von | ein beitrag von | kommentar von | aufgezeichnet von | text | text von | autor | autorin | autoren | par |
propos recueillis par | auteur | auteurs | publié par | posté par | écrit par | rédigé par | article de | por |
de | texto | texto de | redactado por | escrito por | autores | di | publicado por | postado por | enviado por | pubblicato da | postato da | inserito da | a cura di | articolo di |
scritto da | autore | per | door | tekst | tekst van | geschreven door | geplaatst door | van | av | af |
skrevet av | skriven av | tekst av | text av | teksti | kirjoittaja | höfundur | autor: | przez |
tekst: | napsal | napsala | autoři | szerző | írta | de către | scris de | publicat de | автор |
авторы | текст | автори | автор: | rozmawiał | rozmawiała | rozmawia | rozmawiali | wysłuchał | wysłuchała | notował | notowała | spisał | spisała |
oprac. | opracowanie | opracował | opracowała | připravil | připravila | zpracoval |
zpracovala | pripravil | napísal | kirjoitti | tekijä | text och foto | tekst og foto |
tekst i foto | text und fotos | fotos und text | testo di | textes | texte | texte de |
un article de | un texte de | une chronique de | un billet de | une enquête de | un reportage de | una crónica de | reportagem | reportagem de |
piše | pišu | написао | автор текста | беседовал | беседовала | подготовил | подготовила |
підготував | підготувала | szöveg | de la corespondent | από τον | από την | yazar | röportaj |
haberi yazan | كتبه | تقرير | إعداد | گزارش | نوشته | כתב | כתבה | על ידי | written & reported by |
reported and written by | photographs and words by | words and photographs by | words and photos by |
photos and text by | story and photos by | от | του | της | από | γράφει | γράφει ο | γράφει η | συντάκτης |
yazan | haber | muhabir | بقلم | كتب | كتبت | نویسنده | מאת | oleh | penulis | reporter | laporan |
bởi | tác giả | โดย | 本报记者 | 本報記者 | 本网记者 | 本刊记者 | 新华社记者 | 中新社记者 | 通讯员 | 
編集委員 | 論説委員 | 聞き手 | 取材 | 文・ | 记者 | 記者 | 作者 | 文 | 文● | 撰文 | 글 | द्वारा | de notre correspondant | de notre correspondante | 文／ | 文/
";

/// What stands between a date and the names in lines such as `Posted on 5 May by Ada Berg`.
#[cfg(feature = "html")]
pub(super) const MIDDLE: &str = "
by | posted by | written by | von | par | por | di | door | av | af
";

/// What a person does for a paper: it stands after a name, or before one.
pub(super) const ROLES: &str = "
blogger chefredakteur chefredaktion editor-in-chief columnist contributor contributors corresponsal
correspondant correspondante correspondent correspondents critic editor editors editorialist
giornalista journaliste journalist korrespondent korrespondentin muhabiri panelist periodista
photographer photojournalist producer reporting redakteur redakteurin redaktor redaktorin redactor
redactora redacteur reporter reporters researcher reviewer staff stringer writer writers webdesk
webmaster verslaggever verslaggeefster 記者 记者 기자 корреспондент корреспондентка обозреватель
кореспондент кореспондентка журналіст журналістка журналист журналистка автор авторка редактор
journalistin kolumnist kolumnistin autorin volontär volontärin chroniqueur chroniqueuse éditorialiste
reporterin chefreporter toimittaja kirjeenvaihtaja avustaja journalista jornalista repórter
colunista articulista redattore redattrice inviato inviata editorialista dziennikarz dziennikarka
reporterka redaktorka novinář novinářka zpravodaj újságíró szerkesztő tudósító jurnalist
jurnalistă reporteră ziarist žurnalistas žurnalistė korespondentas žurnālists ajakirjanik novinar
novinarka dopisnik muhabir editör editörü yazar yazarı ανταποκριτής δημοσιογράφος συντάκτης
συντάκτρια مراسل مراسلة محرر محررة مراسلنا خبرنگار گزارشگر نگار רפורטר כתב כתבת
প্রতিনিধি প্রতিবেদক সংবাদদাতা संवाददाता रिपोर्टर पत्रकार செய்தியாளர் ప్రతినిధి ผู้สื่อข่าว
특파원 논설위원 관리자 운영자 선임기자 인턴기자 수습기자 앵커 칼럼니스트
envoyé envoyée corrispondente 객원기자 전문기자 대기자 통신원 리포터 아나운서
wartawan jurnalis kontributor penulis wartawati pv phóng
";

/// What others than authors do for an article: words before their names.
pub(super) const OTHERS: &str = "
additional editor editors edited editing redaktur redigering photographer photographs photography photo photos
foto fotos fotó fotók fotograf fotografie fotografi bild bilder illustration illustrations graphics
graphic translator translation translated traduction übersetzung montage produced producer camera fact checked
video design powered pictures picture фото редактор иллюстрации ilustracja zdjęcia kuva kuvat φωτογραφίες fotoğraf 写真 撮影
编辑 編輯 责任编辑 責任編輯 责编 사진 편집 校对 监制
";

/// Before those who helped, in brackets.
pub(super) const WITH: &str = "
with avec mit con com met med and et und y e
";

/// Words behind a name that lead to the time, or to what that person does.
pub(super) const TIMES: &str = "
on is was has covers writes reports joined works lives ist schreibt est écrit
published posted updated publié publiée publicado publicada pubblicato veröffentlicht aktualisiert
gepubliceerd stand publicerad publicerat uppdaterad publisert oppdatert publiceret opdateret julkaistu
monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag
lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes
às alle ore 날짜 등록 등록일 입력 작성일 조회
päivitetty opublikowano publikováno publicat actualizado atualizado опубликовано обновлено
";

/// What is said of those who helped, whatever the case of its first letter.
pub(super) const HELPED: &str = "
contributed to | contributed reporting | contributed. | contribué | contribuido | olaborou |
a collaborato | hanno collaborato | itarbeit: |
";

/// Agencies and the like as they stand behind a name without a mark.
pub(super) const AGENCIES: &str = "
associated press | the associated press | usa today | special to | special for | bbc news | bbc |
cnn | reuters | bloomberg | agence france | afp | ap | dpa | pti | ians | ani | efe | ansa | tass |
";

/// How the names of papers and desks end in Chinese, Japanese and Korean.
pub(super) const ENDS: &str = "
일보 신문 뉴스 방송 뉴스팀 뉴스부 편집국 편집부 취재팀 취재부 닷컴 연합 报 報 网 網 社 新闻 新聞 中心 编辑部
編集部 取材班 报导 報導 报道 報道 通信 通讯 委員
";

/// Words before a role.
pub(super) const QUALIFIERS: &str = "
a an africa americas an arts asia assistant associate breaking business capitol chief city climate
community consumer contributing court crime culture data defence defense deputy desk diplomatic
digital economics economy education energy entertainment environment environmental europe
executive features finance financial food foreign former freelance global government graphics
guest health home house international investigations investigative junior labor law legal
legislative lifestyle local managing markets medical metro middle-east military national news
night our political politics regional religion royal science security senior social special sport
sports state technology the trade transport travel uk un us u.s. video visual weather white world
is ist är spécial spéciale
unser unsere unserer unserem unseren onze notre nos nuestra nuestro nosso nossa nostro nostra dal
dalla vår våran meie naš náš наш нашего
";

/// Words in the names of agencies, papers and desks: a name with one of them is no person's.
pub(super) const HOUSES: &str = "
ab abonnement admin administrator ag agence agencia agencias agência agencies agency agentur agenturen agenzia
aktuality allgemeine anzeiger associated bloomberg bulletin bureau ceská chronicle copyright corp corporation council department foundation inc institute
limited llc ltd ministry office oy plc university
courier desk dispatch editorial examiner gazette gmbh herald kurier lokalredaktion magazine
media nachrichten network news newsdesk newsletter newspaper newspapers newsroom newswire
observer online portal post press presse redacao redação redacción redactie redaction rédaction
redakcia redakcja redakce redaksi redaksjonen redaktion redaktionen redazionale redazione reuters
rundschau sentinel service services sponsored sportredaktion tageblatt team times tribune uutiset
wire xinhua zeitung редакция редакція риа тасс интерфакс укрінформ новости 新华社 编辑 編集部 共同通信
聯合報 뉴스 연합뉴스 وكالات رويترز تحریریه وكالة الأناضول التحرير خبرگزاری ڈیسک רויטרס
ডেস্ক নিজস্ব সংবাদ डेस्क ब्यूरो टीम एजेंसी न्यूज़ న్యూస్ డెస్క్ இணையதளம் กองบรรณาธิการ ทีมข่าว
共同 時事 時事通信 敬称略 ロイター 中新社 中新网 聯合新聞網 中央社 大公報 编辑部 σύνταξη servisi haberleri ajansı
merkezi desks correspondents toimitus uutistoimitus ritzaus uredništvo redacția
radio rádio television télévision télévisions televisión televisão televisione rundfunk verlag publishing publications
gruppe grupo gruppo holding kg kgaa mbh verlagsgesellschaft mediengruppe medienhaus zeitungsverlag
zone rubrique ressort
studio hauptstadtstudio landesstudio funkhaus
ediciones éditions editora editoriale editrice wydawnictwo diario periódico gazeta gazzetta jornal
ayuntamiento comune gemeente gemeinde kommune mairie municipality prefeitura stadtverwaltung
giornale quotidiano corriere dagblad krant deník dnevnik газета вестник агенция агенција агентство агенство redaccion
απε απε-μπε گروه מערכת नेटवर्क redakční hírszerkesztő szerkesztőség toimetus redakcija
";

/// Legal forms behind the names of companies, as they are written but for a full stop at their end. `NV`,
/// `Spa` and the like are also places.
pub(super) const COMPANIES: &str = "
A/S AB AG AS ASA B.V Corp GmbH Inc KG Kft LLC Limited Ltd Ltda N.V Oy Oyj PLC S.A S.L S.L.U S.p.A S.r.l
SE SpA Zrt d.o.o o.o plc s.r.o
";

/// What is no name by itself, and may be a part of one.
pub(super) const NO_NAMES: &str = "
aa abc aap afp anonymous ard atv bbc bnr cbc cbs cnbc cnn čtk dha dr dw g1 iha itv nbc nos npr nrk orf pbs rai red
report reports rfi rte rtl sda sita svt tasr tve tvn tvp uol usa vrt yle zdf
 anp ansa ap apa author belga bot ctk dpa ecns efe epd europa feed foto guest
interfax kna kyodo lusa mti ntb online pap press ritzau senior sid stt tass tt unknown upi web
wire wires home index null undefined none n/a user root jr sr phd md ii iii esq mba jr. sr.
freelance exclusive opinion video sport sports politics world local staff anzeige tnn pti ians ani
antara bernama рбк унн апн тсн униан
tweet share print email facebook twitter whatsapp linkedin comment comments follow save teilen drucken merken
compartir partager imprimir enviar condividi delen
kommentar kommentare permalien permalink pingback pingbacks trackback trackbacks
";

/// Words between names.
pub(super) const AND: &str = "
and und et y e i og och en ja و ו и та і και ve dan và with mit avec con met med és şi și a 및
";

/// Words after a name that lead to a place, a paper or a time.
pub(super) const PLACES: &str = "
in at for from on of aus für bei am um para le à el em en från fra op den il the do da dos das no na -
zzt. zzt z.zt. zurzeit derzeit via от
";

/// Titles that are cut short by a full stop.
pub(super) const TITLES: &str = "
prof capt dipl hon univ adm cmdr
";

/// Degrees and licences behind a name that have vowels; others are known by having none.
pub(super) const DEGREES: &str = "
phd ph.d ph.d. mba ma m.a. ba b.a. bsc msc do edd esq dvm frcp dipl od acsw
";

/// Arabic and Hebrew given names that begin with the letter that also means "and".
pub(super) const NO_AND: &str = "
وائل وليد وسام وسيم وفاء وفيق ولاء وليم وليام ولي والي وردة ورد وجدي وجيه وحيد وديع وداد وضاح وعد وصال
وصفي وهبة وهبي وهيب وهيبة وفيقة وثاب وئام وجدان والد والدة ورود وسن وسمي ويليام ويسلي ولد وادي وزير
ורד ורדה ורדית ויקטור ויקטוריה ולדימיר ולדיסלב ולרי ולריה ולנטין ולנטינה וולף וולטר ויטלי ויולט ורוניקה
ויויאן ויליאם וינסנט ושתי
";

/// Words that begin a name, of those written small.
pub(super) const PARTICLES: &str = "
de del della den der di do dos du el la le les lo per ten ter van von zu zum af al bin ibn
";
