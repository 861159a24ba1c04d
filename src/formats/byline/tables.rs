//! The words of bylines, parted by blanks or bars; all in lower case.

/// What a byline begins with.
pub(super) const BY: &str = "
by | written by | words by | story by | report by | reported by | reporting by | posted by |
published by | text by | text and photos by | from | author | authors | opinion by | analysis by |
review by | interview by | column by | as told to | article by | special report by | von |
ein gastbeitrag von | eine analyse von | ein kommentar von | ein interview von |
eine reportage von | aufgezeichnet von | text | text von | autor | autorin | autoren | par |
propos recueillis par | auteur | auteurs | publié par | écrit par | rédigé par | article de | por |
de | texto | texto de | redactado por | escrito por | autores | di | a cura di | articolo di |
scritto da | autore | per | door | tekst | tekst van | geschreven door | van | av | af |
skrevet av | skriven av | tekst av | text av | teksti | kirjoittaja | höfundur | autor: | przez |
tekst: | napsal | napsala | autoři | szerző | írta | de către | scris de | publicat de | автор |
авторы | текст | автори | автор: | от | του | της | από | γράφει | γράφει ο | γράφει η | συντάκτης |
yazan | haber | muhabir | بقلم | كتب | كتبت | نویسنده | מאת | oleh | penulis | reporter | laporan |
bởi | tác giả | โดย | 记者 | 記者 | 作者 | 文 | 撰文 | 文／ | 文/
";

/// What stands between a date and the names in lines such as `Posted on 5 May by Ada Berg`.
#[cfg(feature = "html")]
pub(super) const MIDDLE: &str = "
by | posted by | written by | von | par | por | di | door | av | af
";

/// What a person does for a paper: it stands after a name, or before one.
pub(super) const ROLES: &str = "
blogger chefredakteur chefredaktion columnist contributor contributors corresponsal
correspondant correspondante correspondent correspondents critic editor editors editorialist
giornalista journaliste journalist korrespondent korrespondentin muhabiri panelist periodista
photographer photojournalist producer redakteur redakteurin redaktor redaktorin redactor
redactora redacteur reporter reporters researcher reviewer staff stringer writer writers webdesk
webmaster verslaggever verslaggeefster 記者 记者 기자 корреспондент корреспондентка обозреватель
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
";

/// Words in the names of agencies, papers and desks: a name with one of them is no person's.
pub(super) const HOUSES: &str = "
ab abonnement admin administrator ag agence agencia agencias agencies agency agentur agenturen agenzia
aktuality allgemeine anzeiger associated bloomberg bulletin bureau ceská chronicle copyright corp corporation council department foundation inc institute
limited llc ltd ministry office oy plc university
courier desk dispatch editorial examiner gazette gmbh herald kurier lokalredaktion magazine
media nachrichten network news newsdesk newsletter newspaper newspapers newsroom newswire
observer online portal post press presse redacao redação redacción redactie redaction rédaction
redakcia redakcja redakce redaksi redaksjonen redaktion redaktionen redazionale redazione reuters
rundschau sentinel service services sponsored sportredaktion tageblatt team times tribune uutiset
wire xinhua zeitung редакция редакція риа тасс интерфакс укрінформ новости 新华社 编辑 編集部 共同通信
聯合報 뉴스 연합뉴스 وكالات رويترز تحریریه
";

/// What is no name by itself, and may be a part of one.
pub(super) const NO_NAMES: &str = "
afp anonymous anp ansa ap apa author belga bot ctk dpa ecns efe epd europa feed foto guest
interfax kna kyodo lusa mti ntb online pap press ritzau senior sid stt tass tt unknown upi web
wire wires home index null undefined none n/a user root jr sr phd md ii iii esq mba jr. sr.
freelance exclusive opinion video sport sports politics world local staff anzeige tnn pti ians ani
antara bernama
";

/// Words between names.
pub(super) const AND: &str = "
and und et y e i og och en ja и та і και ve dan và with mit avec con met med és şi și a 및
";

/// Words after a name that lead to a place, a paper or a time.
pub(super) const PLACES: &str = "
in at for from on of aus für bei am um para le à el en op den il the -
";

/// Words that begin a name, of those written small.
pub(super) const PARTICLES: &str = "
de del della den der di do dos du el la le les lo ten ter van von zu zum af al bin ibn
";
