//! The words of the tables that pages are read by, parted by blanks or bars.

/// Words in a `class` or `id` that name something else than the article's text.
pub(super) const WORDS: &str = "
ad addthis addtoany ads adslot advert advertisement advertising advertorial authorbio
authorbox authors bio bookmark breadcrumb breadcrumbs byline bylines colophon
comment comments consent cookie cookies copyright credit credits crosslinks disclaimer disqus
donate donation feedback follow footer gdpr instagram jumplink jumplinks kommentare
linkbox linklist login masthead metadata modal mostpopular mostread nav navbar
navigation newsletter newsletters noprint optin outbrain pager postmetadata createdate modifydate pagination plista popular popup
postmeta prevnext promo promobox promoted promotion publi pullquote rating readmore readnext
recirc recirculation recommend recommendation recommendations recommended related relatedposts
respond seealso share sharebar sharedaddy shares sharing shop sidebar signin signup sitemap
skiplink social socials sponsor sponsored sponsors subscribe subscription taboola tagcloud
pathway pagenav podpis
factbox faktabox faktaboks faktaruta faktenbox infobox infokasten infokader infoboks
annonce annonse annons advertentie anzeige hirdetes
iklan mainos publicidad publicidade publicite pubblicita publicitate reklam reklama werbung
partager compartir compartilhar compartilhe condividi udostepnij bagikan paylas etiquetas
relacionada relacionadas relacionado relacionados correlata correlate correlati correlato
gerelateerd gerelateerde relaterat relaterade relateret relaterede relaterte aiheesta podobne
polecane powiazane souvisejici suvisiace kapcsolodo povezane povezano vezane ilgili benzer terkait
lienquan lireaussi leggianche leiatambem leatambien leesook bacajuga maslidas masleidas
taglist tags teaser teasers tiktok toolbar topics trending tweet widgets wpcnt yarpp
";

/// Words in a `class` or `id` that name what a picture shows, and who took it.
pub(super) const CAPTIONS: &str = "
bijschrift bildetekst bildtext bildunterschrift billedtekst caption captions dida didascalia epigrafe
figcaption fotocredit imagecaption imagecredit imgcaption kuvateksti legenda legende leyenda onderschrift
photocaption photocredit piedefoto popisek
";

/// Words that do so only side by side, in this order.
pub(super) const CAPTION_PAIRS: &str = "
foto-credit image-credit image-desc img-caption img-credit img-desc img-descr photo-credit photo-desc pic-desc
pie-de pie-foto
";

/// Of all these, those that hold text by readers and other articles, however much of it.
pub(super) const OTHERS_TEXT: &str = "
comment comments comentarios comentários commentaires discussion diskuse diskussion disqus komentar
komentare komentari komentarze kommentare kommentarer kommentit reacties talkback talkbacks
yorumlar recommendations recommended related relatedposts respond
teasers trending
cookiebot cookielaw cookieconsent cookiebanner cookiebar cookienotice didomi onetrust usercentrics
";

/// Classes and ids of elements that hold the text of an article and nothing else, without
/// punctuation and case.
pub(super) const BODIES: &str = "
articlebody articlebodycontent articlebodytext articlecontent articlecontents articlemaintext
articleparagraphs articletext articletextbody artikelinhalt artikeltext blogcontent bodytext
contentarticle contentbody contenttext corpoarticolo cuerponoticia detailtext entrybody
entrycontent entrytext fieldnamebody fieldnamefieldbody fullstory maintext newsbody
newscontent newsdetail newstext notebody notecontent pagebody pageentrycontent postarticle
postbody postcontent postentry posttext pressreleasebody releasebody richtextbody
singlecontent storybody storycontent storytext tdpostcontent textbody textocontent
textonoticia thecontent wysiwygcontent
";

/// Words in a `class` that name the lines between a headline and a text.
pub(super) const LEADS: &str = "
abstract bajada blurb chapeau chapo copete deck dek einleitung entradilla excerpt
heading ingress intro introduction kicker lead lede manchet occhiello perex preamble sapo
sommario sottotitolo spot standfirst strapline sub subhead subheader subheading subheadline subline
subtitle subtitulo sumario summary teaser undertitel ondertitel podtytul unterzeile untertitel
vorspann
";

/// Words in a `class` or `id` of short lines about an article.
pub(super) const LINES: &str = "
author autor autore autores auteur contributor creator datum date dateline fecha firma info
journalist kunye meta posted pubdate published publisher reporter signature source time
timestamp updated verfasser writer
";

/// Words that name something else only side by side, in this order.
pub(super) const PAIRS: &str = "
baca-juga lees-ook leggi-anche leia-mais leia-tambem lea-tambien lien-quan lire-aussi mehr-zum
about-author also-read article-footer article-meta article-tags author-bio author-box
author-card author-info breaking-news call-action cookie-notice date-time entry-footer
entry-meta entry-tags latest-news link-list
more-from more-links more-news more-on more-stories most-popular most-read most-viewed
news-ticker next-article next-post other-news post-author
post-footer post-meta post-navigation post-tags prev-next previous-post pull-quote read-also
read-more read-next reading-time recent-entries recent-posts screen-reader see-also sr-only
fact-box facts-box fakta-box info-box story-tags text-to top-stories up-next visually-hidden widget-area widget-title you-may
";

/// How lines begin that are no part of a text, in lower case.
pub(super) const PROMPTS: &str = "
ad feedback | advertisement | don't miss | don’t miss | embed | follow me | all rights reserved | also read | also see | article continues |
by signing up | by subscribing | click here | click to | comments | continue reading |
copyright | download the app | download our app | enter your email | file photo | follow us |
for more | get more from | get our | image source | image caption | image: | join our | keep reading |
know more | latest news | listen to this | log in | make us preferred | more from |
more like this | more news | more on this | more: | most read | most viewed | must read |
newsletter | photo: | photograph: | photos: | please enable | please log in | please share |
please sign | please subscribe | print this | read also | read full | read more | read next |
read our | read the full | read: | recommended | related | save article | see also | see more |
share on | share this | share via | sign in | sign up | skip to | stay up to date |
story continues | subscribe | support our | thank you for reading | this article is only |
this article was originally | topics | to continue reading | to read the full | trending |
view comments | view gallery | view image | view more | view this post | watch: | watch live |
we use cookies | scroll to continue | story continues below |
article continues below | this story was originally | sign up for | get the latest |
this content is | to view this content | allow content | show more | hide caption | toggle caption |
enlarge this image | enlarge image | getty images | related topics | more on this story |
do you have a story | do you have a tip | got a story | got a tip | have a story | send us your |
you may also | you might also | your support | already a subscriber | tags: |
about the author | about the authors | about the writer | more by | more articles by | all posts by |
view all posts | see all | thank you for sign | thanks for sign | create a free account |
messages sorted by | previous message | next message | follow-ups | this story was found at | retrieved from |
filed under | source: | posted in | reading time | min read | last updated | first published |
published on | updated on | explore our | explore more | loading... | loading… | please use chrome | contact information |  this story is for subscribers |
abonnieren | anzeige | auch interessant | bild: | originaltext | digitale pressemappe | bildrechte | das könnte sie |
das könnte dich | folge mir | mir folgen | haben sie feedback | schreiben sie uns | diesen artikel | dieses thema im programm | über den autor | über die autorin | zum autor | zur autorin | empfohlener | empfohlene | externer inhalt | foto: | fotos: |
hier anmelden | hier geht es | hier gibt es | hier klicken | hier können sie | hören sie |
ihre meinung | jetzt abonnieren | jetzt anmelden | jetzt lesen | jetzt registrieren |
jetzt testen | kommentare | lesen sie | lesen sie auch | lesetipp | lies auch | mehr aus |
mehr dazu | mehr lesen | mehr zum | mehr zur | mehr zu | mehr über | melden sie sich | meistgelesen |
newsletter | passend zum thema | quelle: | siehe auch | teilen | themen: | weiterlesen |
weitere artikel | weitere informationen | weitere nachrichten | werbung | zum thema |
zur startseite | © |
à lire | a lire | à propos de l'auteur | à propos de l’auteur | tous ses articles | abonnez-vous | article réservé | aussi sur | cet article est | crédit photo |
en savoir plus | inscrivez-vous | je m'abonne | la suite après | lire aussi | lire également |
lire la suite | lire plus | newsletter | nos newsletters | partager | pour aller plus loin |
publicité | sur le même sujet | suivez-nous | voir aussi | vous avez déjà | déjà abonné | il vous reste |
archivado en | sobre la firma | sobre el autor | sobre la autora | inicia sesión | apúntate | compartir | leer más | lee también | lea también | lea además |
más información | más noticias | mira también | mirá también | newsletter |
noticias relacionadas | puede interesarle | publicidad | regístrate | seguir leyendo |
síguenos | suscríbete | suscribite | te puede interesar | también te puede | ver también |
foto: | fuente: | sobre o autor | sobre a autora | assine | clique aqui | compartilhe | continua após | continua depois |
inscreva-se | leia também | leia mais | leia tudo | mais lidas | notícias relacionadas |
publicidade | saiba mais | siga o | subscreva | veja também | veja mais | ler mais | partilhar |
abbonati | sull'autore | articolo riservato | condividi | continua a leggere | iscriviti | leggi anche |
leggi tutto | leggi l'articolo | potrebbe interessarti | pubblicità | riproduzione riservata |
ti potrebbe | vedi anche | © riproduzione | llegiu també | llegeix més | citește și |
citeşte şi | citeste si | vezi și | abonează-te | urmăreşte-ne | urmărește |
abonneer | over de auteur | advertentie | deel dit | deel artikel | lees ook | lees meer | lees verder | meld je aan |
schrijf je in | meer over | volg ons | annonce | annonse | annons | artiklen fortsætter |
artikkelen fortsetter | artikeln fortsätter | dela artikeln | følg | læs også | læs mere |
les også | les mer | läs också | läs mer | läs även | lue myös | lue lisää | mainos | mer om |
mere om | prenumerera | saken fortsetter | se også | se även | tilmeld dig | lesa einnig |
sjá einnig | katso myös | jaa artikkeli |
czytaj też | czytaj także | czytaj również | czytaj więcej | przeczytaj | zobacz też |
zobacz także | zobacz również | reklama | udostępnij | zapisz się | źródło: | dalsza część |
zdjęcie | fot. | čtěte také | čtěte dále | čtěte též | přečtěte si | mohlo by vás | sdílet |
prečítajte si | čítajte aj | zdieľať | související | súvisiace | zdroj: | kapcsolódó |
olvassa el | hirdetés | iratkozzon fel | feliratkozás | kövessen | nyitókép | loe ka |
lasi arī | skaitykite taip pat | taip pat skaitykite | reklaam | reklāma | čitajte |
pročitajte | pročitaj | preberite | povezane vijesti | lexo edhe | lexo gjithashtu | прочетете |
вижте още | прочитај | pratite nas | izvor: |
читайте | читать далее | читать также | реклама | подписывайтесь | подпишитесь | подписаться |
поделиться | по теме | ссылки по теме | поддержите нашу | поддержите нас | смотрите также | материалы по теме | фото: | источник: | все новости |
следите за | оставайтесь | читайте також | підписуйтесь | підписуйтеся | дивіться також |
джерело: | поділитися | чытайце | більше новин |
διαβάστε | δείτε επίσης | ακολουθήστε | πηγή: | ayrıca okuyun | ilgili haber | devamını oku |
bunlar da ilginizi | abone ol | takip et | reklam | haberin devamı | kaynak: |
اقرأ أيضا | اقرأ أيضاً | اقرأ المزيد | إقرأ أيضا | تابعونا | مواضيع ذات صلة | المصدر: |
بیشتر بخوانید | بیشتر بدانید | مطالب مرتبط | اشتراک | همچنین بخوانید | קראו גם | לכל העדכונים |
קראו עוד | مزید پڑھیں | یہ بھی پڑھیں |
यह भी पढ़ें | ये भी पढ़ें | और पढ़ें | আরও পড়ুন | আরো পড়ুন | மேலும் படிக்க | ఇది కూడా చదవండి |
baca juga | baca selengkapnya | simak juga | lihat juga | bagikan | xem thêm | đọc thêm |
tin liên quan | borítókép | címlapkép | symbolbild | titelbild | photo d'illustration | foto di copertina |
imagen de portada | imagem de capa | ilustrační foto | ilustračná snímka | zdjęcie ilustracyjne |
อ่านข่าวเพิ่มเติม | ข่าวแนะนำ | อ่านข่าวอื่น | อ่านเพิ่มเติม | ข่าวที่เกี่ยวข้อง |
相关阅读 | 相关新闻 | 延伸阅读 | 延伸閱讀 | 推荐阅读 | 更多新闻 | 更多新聞 | 责任编辑 | 責任編輯 | 编辑： | 来源： | 來源： | 分享到 | 版权所有 |
原标题 | 关键词 | 相關新聞 | 你可能也想看 | 看更多 | 関連記事 | 関連リンク | あわせて読みたい | この記事をシェア | 無断転載 | 続きを読む | 写真： |
有料会員 | 관련기사 | 관련 기사 | 무단전재 | 저작권자 | ⓒ | 구독 | 기자 구독
";

/// Words within a `class`, `id` or `itemprop` that names an author.
pub(super) const BYLINE_CLASSES: &str = "
agency author authors autor autore autores auteur byline bylines muhabir writer reporter contributor creator
autorin journalist signature firma verfasser redacteur skribent authorname authornames authorlink
byauthor postauthor articleauthor storyauthor newsauthor writtenby authorsign auteurs signatures
penulis tacgia szerzo szerzok skribenter forfatter forfattere kirjoittaja autori autorzy redakteur yazar
";

/// What lines about rights, contacts, players and who else reads say.
pub(super) const RIGHTS: &str = "
© | all rights reserved | appears in print on | appeared in print | trust principles | alle rechte vorbehalten | tous droits réservés | todos los derechos |
todos os direitos | tutti i diritti | riproduzione riservata | contact the writer |
views expressed in this | do not necessarily reflect |
contact the reporter | email the author | write to the author | copyright 1 | copyright 2 |
copyright (c) | 版权所有 | 無断転載 | 무단전재 | все права защищены | всі права захищені |
wszelkie prawa zastrzeżone | med ensamrätt | comments are owned by | comments are property of |
comentarios son propiedad de | her hakkı saklıdır | 投稿者個人の見解 | я принимаю условия | accessible video player |
browser does not support | enable javascript | ihr browser unterstützt | dein browser unterstützt | votre navigateur ne |
tu navegador no | su navegador no | guest(s) and
";

/// What newsletters are called.
pub(super) const NEWSLETTERS: &str = "
newsletter | nieuwsbrief | nyhetsbrev | nyhedsbrev | uutiskirje | boletín diario | boletín semanal |
infolettre | e-mail briefing | email briefing | рассылк | розсилк | hírlevél | e-bülten |
newslettr | buletin informativ | ニュースレター | 뉴스레터 | ניוזלטר | النشرة البريدية |
خبرنامه | ενημερωτικό δελτίο
";

/// What offers of subscriptions and newsletters say.
pub(super) const OFFERS: &str = "
subscri | free trial | cancel any | cancel at any | per month | a month | /month | unlimited access | all our articles |
every article | sign up | log in | your inbox | newsletter | register for | for just | gift article | start your |
abo? | ein abo | kein abo | abonn | testen sie | jetzt testen | kündbar | im monat | monat lang | pro monat | alle artikel |
für 1 euro | e-paper | registrieren | anmelden |
abonnez | abonnés | de cet article | sans engagement | premier mois | par mois | tous les articles | illimité | déjà abonné | se connecter |
suscríb | suscripción | una cuenta | es gratis | al mes | sin límites | iniciar sesión | primer mes | assin | por mês | acesso ilimitado |
abbonat | abbonamento | al mese | tutti gli articoli | senza limiti | disdici | accedi |
abonnement | per maand | alle artikelen | opzegbaar | log in | maandelijks |
prenumer | avsluta när | kr i månaden | kr/mån | alla artiklar | e-tidning | logga in | bindningstid | per måned | kr/md | få adgang | alle artikler | logg inn | log ind | tilgang til alt |
subskryp | prenumerat | dostęp | miesięcznie | zaloguj | predplat | předplat | přihlas | előfiz | feliratkoz | bejelentkez |
подписк | подписаться | оформите | передплат | увійдіть | войдите | συνδρομ | abone ol | aylık
";

/// What appeals say: to pay for the paper, to write to it, to follow it elsewhere. Whoever is spoken of
/// may have a channel and members, too.
pub(super) const APPEALS: &str = "
support our journalism | support independent journalism | support quality journalism | journalism of integrity |
readers like you | we are reader-supported | we're reader-funded | become a member today | article in the last month |
articles in the last month | free articles this month | we want to hear from you | write to us at | send your letters |
our whatsapp channel | our telegram channel | our whatsapp community |
unterstützen sie unsere arbeit | unterstützen sie unabhängig | unterstütze uns | unterstützen sie uns | unserem whatsapp | unseren whatsapp |
unserem telegram | unseren telegram |
soutenez un journal | soutenez-nous | soutenez notre | soutenez le journalis | soutenez la presse | notre chaîne whatsapp | notre canal |
apoya el periodismo | apoya nuestro | hazte socio | hazte socia | nuestro canal de | apoie o jornalismo | apoie o nosso | nosso canal |
sostieni il giornalismo | sostieni il nostro | sostienici | nostro canale | steun onze journalistiek | steun ons | ons whatsapp |
støtt oss | støt os | stöd oss | wesprzyj nas | wesprzyj nasz | naszym kanale | podpořte nás | podporte nás | támogass minket |
поддержите нас | поддержите нашу | поддержите работу | наш телеграм | наш telegram | нашем телеграм | нашем telegram |
підтримайте нас | підтримайте нашу | наш телеграм | bize destek ol | langsung di ponselmu | saluran whatsapp kami
";

/// Headings of the addresses of those who answer questions, as letters.
pub(super) const CONTACTS: &str = "
contact contacts contactinformation mediacontact mediacontacts presscontact presscontacts kontakt
pressekontakt presskontakt contactpresse contacto contactodeprensa contato contatti contattostampa
perscontact kontaktdlamediów kontaktpromédia контакты контакти
";

/// Words beside those of bylines that make the class another's.
pub(super) const NO_BYLINE_CLASSES: &str = "
avatar bio comment date description image photo related social time
";

/// Words within a `class` or `id` of the line that says who wrote an article and when.
pub(super) const ABOUT_CLASSES: &str = "
meta info details credit credits infos byline datum author
";

/// Parts of addresses below which each author has a page.
pub(super) const AUTHORS_PATHS: &str = "
author authors auteur auteurs autor autore autores autori autoren autorin autorinnen authorprofile
avtor avtory byline bylines by columnist columnists contributor contributors forfatter journalist
journaliste journalistes journalists kolumnisten profile profiles profil profils redakteur
redakteure reporter reporters skribent staff writer writers yazar yazarlar
";
