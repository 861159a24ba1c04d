//! Words that stand in every text of a language: names of nothing that is looked for.

use super::language::is_common_word;

/// Beyond the commonest words by which languages are told apart. Written for newsdb.
const STOP_WORDS: &[&str] = &[
    // English
    "about after all also although an and any are because been before but by can could did do does \
     during each every few for from had has have he her here hers him his how i if into it its just \
     many may me more most much must my no nor not now of off on only or other our out over own \
     same she should so some such than that the their them then there these they this those through \
     too under until up upon very was we were what when where which while who whom whose why will \
     with within without would yes yet you your",
    // German, Dutch, Danish, Norwegian, Swedish
    "aber als am an auch aus bei bin bis da damit dann das dass dem den der des die dies doch du durch \
     einem einen einer eines er es gegen hat haben hier ich ihr im in ist ja kann kein mehr mich mir \
     nach nicht noch nur ob oder ohne sein sehr sie sind so über um uns unter vom vor war was wenn \
     wer wie wir wird wo zum zur aan bij door dit hun maar naar niet nog ons onder ook over uit \
     was wat wij zijn eller fra han hun ikke jeg kan men nu om os så vi var från hon inte jag nej \
     också när upp vad",
    // French, Spanish, Portuguese, Italian, Catalan, Romanian
    "ai aux avec ce ces cette comme donc elle entre ils je leur lui mais même mon ne nos nous ou où \
     par pas plus qui sa sans ses si son sont sous sur te toi ton tous tout très tu vous al como cuando \
     desde donde ella ellos entre era es esta este esto hasta hay más mi muy ni nos o pero porque \
     quien ser si sin sobre su sus también tiene todo tu ya yo ao aos as às até com das dos ela ele \
     era essa esse isso já mas mais meu muito nas nem nós num ou pela pelo por quando sem ser seu \
     sua também te tem você agli ai anche che chi come cui dal dalla dei delle dello ed era gli ha \
     hanno ho lei loro lui ma mi nei nel nella noi o perché più quella quello questa questo se sei si \
     sono sua sugli sul tra tu tutti voi",
    // Polish, Czech, Slovak, Croatian, Hungarian, Finnish, Turkish
    "ale by był być co czy dla gdy i ich ja jego jej już lub ma może my nad nie o od on ona oni oraz \
     przez przy są ten też ty tylko tym we wszystko zaś był byl jako jeho její jen již když který \
     má mezi nebo není ona pod pokud pro proto při své tak také tím už však ako ale biti bio iz kao \
     kod ne nije nego ni od ona oni pa samo su što te ti uz vi csak de ebben ennek ez hanem hiszen \
     már mert mint vagy van ennen hän joka jos kanssa kuin kun me minä mitä ne niin nyt ovat sitä \
     tai te tämä vain ama ancak ben beni bana biz değil gibi hem her ise kadar ki ne sen siz şu ya",
    // Russian, Ukrainian, Bulgarian, Serbian
    "без более бы был была были было быть в вам вас весь во вот все всего вы где да даже для до его ее \
     если есть еще же за и из или им их к как когда кто ли лишь между меня мне мы на над нас не него \
     нет ни но о об однако он она они оно от по под после при с свой со так также там то того тоже \
     только том ты у уже хотя чего чем что чтобы эта эти это я але або без був була були бути в він \
     вона вони все де для до з за зі й його її їх як коли ми на не ні про та так те ти то у цей ця \
     це ще що я ако аз без беше би в ви все да до е за и или как като ме ми на не ни но от по при с \
     са се си след със те ти то у ще али без био ве да до за и из или јер је као на не од по са се \
     су то у што",
    // Greek, Arabic, Persian, Hebrew
    "αλλά από αυτό για δεν είναι η θα και κατά με μετά μη να ο οι όταν που προς στα στη στην στο στον \
     τα τη την της τι το του τους των ως أن أو إلى إن التي الذي بعد بين ثم حتى على عن عند في قد كان \
     كل لا لم ما مع من هذا هذه هو هي و از است این با بر به بود تا در را شد که می و یک אבל או אחרי את \
     אם הוא היא זה כי כל לא מה עם על של",
];

/// Whether a word, in lower case, is one that stands in every text of some language.
pub(super) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.iter().any(|words| words.split_whitespace().any(|stop| stop == word))
        || is_common_word(word)
}
