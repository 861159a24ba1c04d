//! Names that are many places, or words and people's names too: what a careful reader takes them for.

#![cfg(feature = "knowledge")]

use newsdb::annotate::annotate;

/// The id of what some words of a text, where they first stand, are linked to.
fn id_of(text: &str, words: &str) -> Option<String> {
    let found = annotate(text, Some("en")).mentions;
    let start = text.find(words).expect("the words stand there");
    let mention = found.into_iter().find(|mention| {
        let span = mention.span.as_ref();
        span.is_some_and(|span| (span.start, span.end) == (start, start + words.len()))
    })?;
    mention.external_ids.first().map(|id| id.value.clone())
}

#[test]
fn what_stands_beside_a_name_tells_which_is_meant() {
    for (text, words, id) in [
        // What stands in a row is of one sort.
        ("Georgia, Alabama and Florida have fought over water.", "Georgia", "Q1428"),
        ("Voters in Georgia, Arizona and Wisconsin went to the polls.", "Georgia", "Q1428"),
        ("Tbilisi said that Georgia and Armenia would trade more.", "Georgia", "Q230"),
        ("Protests spread to Jordan, Lebanon and Egypt.", "Jordan", "Q810"),
        ("Protests spread to Jordan, Lebanon and Egypt.", "Lebanon", "Q822"),
        ("Troops left Niger, Mali and Chad.", "Niger", "Q1032"),
        ("Troops left Niger, Mali and Chad.", "Chad", "Q657"),
        ("The drought in Victoria, New South Wales and Queensland went on.", "Victoria", "Q36687"),
        ("He flew to Mexico, Texas and Arizona.", "Mexico", "Q96"),
        // A place, a comma, and what it lies in.
        ("The train from London to Reading, Berkshire, was late.", "Reading", "2639577"),
        ("A man from Reading, Pennsylvania, was arrested.", "Reading", "5207728"),
        ("Firefighters in Lebanon, Tennessee, said so.", "Lebanon", "4636045"),
        ("Police in Lincoln, Nebraska, closed the road.", "Lincoln", "5072006"),
        ("Police in Orange, California, arrested a man.", "Orange", "5379513"),
        ("A man from Victoria, British Columbia, won.", "Victoria", "6174041"),
        ("Athens, Georgia, is home to a university.", "Georgia", "Q1428"),
        ("Tbilisi, Georgia, hosted the talks.", "Georgia", "Q230"),
        ("The head office is in Marietta, Pa., near the river.", "Pa", "Q1400"),
        ("The head office is in Greenwich, Conn., near the river.", "Conn", "Q779"),
        ("The head office is in Velia, Ill., near the river.", "Ill", "Q1204"),
        ("Officials in Perth, Scotland, said so.", "Perth", "2640358"),
        ("Vancouver, Washington, lies on the river.", "Vancouver", "5814616"),
        // Nothing speaks against the best known one.
        ("Israel shelled southern Lebanon on Monday.", "Lebanon", "Q822"),
        ("Chad's president met French officials.", "Chad", "Q657"),
        ("Guinea's junta freed two opposition leaders in Conakry.", "Guinea", "Q1006"),
        ("Washington said it would impose sanctions on Iran.", "Washington", "4140963"),
        ("Mexico City was hit by an earthquake.", "Mexico City", "3530597"),
        ("The army took the airport of Kinshasa.", "Kinshasa", "2314302"),
        ("Turkey and Syria were struck by an earthquake.", "Turkey", "Q43"),
        ("Turkey launches strikes on northern Syria.", "Turkey", "Q43"),
        ("Officials in Jersey, the Channel Island, raised taxes.", "Jersey", "Q785"),
        ("Ohio voted on Tuesday.", "Ohio", "Q1397"),
        ("Amazon workers went on strike in Germany.", "Amazon", "1018724"),
        ("Target shares fell 3 percent.", "Target", "27419"),
        ("Apple's shares fell after it cut its forecast.", "Apple", "320193"),
    ] {
        assert_eq!(id_of(text, words).as_deref(), Some(id), "{text}");
    }
}

#[test]
fn a_part_of_another_name_is_not_linked() {
    for (text, words) in [
        // A longer name that no list has.
        ("They fished in the Jordan River on Sunday.", "Jordan"),
        ("Cuba Gooding won an Oscar.", "Cuba"),
        ("America Ferrera won an award.", "America"),
        ("Kenya Barris wrote the show.", "Kenya"),
        ("Ireland Baldwin posted a photo.", "Ireland"),
        ("London Breed, the mayor of San Francisco, resigned.", "London"),
        ("Chad Smith scored twice in the final.", "Chad"),
        ("Paris Hilton arrived in Milan on Friday.", "Paris"),
        ("Jordan Peterson spoke in Toronto.", "Jordan"),
        ("Georgia O'Keeffe painted flowers.", "Georgia"),
        ("The Mali Empire ruled for centuries.", "Mali"),
        ("Turkey Creek burst its banks.", "Turkey"),
        ("Madison Square Garden was full.", "Madison"),
        ("Mount Lebanon fielded a team.", "Lebanon"),
        ("Jersey City voted on Tuesday.", "Jersey"),
        ("The Lincoln Memorial was closed on Monday.", "Lincoln"),
        ("Militants blew up a pipeline in the Niger Delta in Nigeria.", "Niger"),
        ("Reading Borough Council approved the plan.", "Reading"),
        // A town of the name that no list has.
        ("The factory in Lebanon, New Hampshire, employs 500 people.", "Lebanon"),
        ("A fire destroyed a hotel in Cuba, Missouri.", "Cuba"),
        ("The mill in Mexico, Missouri, closed in 2002.", "Mexico"),
        ("He moved to Paris, Kentucky, last year.", "Paris"),
        ("The mayor of Springfield, Vermont, resigned.", "Springfield"),
        // Common words, and things that are called after a place.
        ("Turkey sandwiches were served at noon.", "Turkey"),
        ("Turkey legs were served at noon.", "Turkey"),
        ("Turkey, stuffing and gravy were on the menu.", "Turkey"),
        ("Guinea pigs were used in the tests.", "Guinea"),
        ("Brazil nuts are rich in selenium.", "Brazil"),
        ("Reading scores fell in most schools.", "Reading"),
        ("Orange juice prices rose.", "Orange"),
        ("Visa applications rose last year.", "Visa"),
        ("Shell casings were found at the scene.", "Shell"),
        ("Target practice begins at noon.", "Target"),
        ("Gap between rich and poor widens, says study.", "Gap"),
        ("Grant applications are due in March.", "March"),
        ("George Washington crossed the Delaware in 1776.", "Delaware"),
    ] {
        assert_eq!(id_of(text, words), None, "{text}");
    }
}
