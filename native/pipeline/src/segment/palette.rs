//! Colours of classes.

use raster::Class;

/// What people expect where a class's name says what it is, by beginnings of words; the first that suits counts.
const EXPECTED: [(&[&str], [u8; 3]); 10] = [
    // "No water" is no water.
    (&["no", "not", "non", "other", "background", "land", "dry", "unburn"], [222, 222, 222]),
    (&["water", "flood", "river", "lake", "sea", "ocean"], [26, 91, 171]),
    (&["burn", "fire"], [178, 24, 43]),
    (&["tree", "forest", "wood"], [53, 130, 33]),
    (&["crop", "agricult"], [255, 219, 92]),
    (&["built", "urban", "building", "settlement"], [237, 2, 42]),
    (&["bare", "soil", "fallow"], [196, 164, 132]),
    (&["snow", "ice", "glacier"], [176, 224, 255]),
    (&["cloud"], [160, 160, 160]),
    (&["grass", "range", "shrub", "pasture"], [198, 173, 141]),
];

/// Classes with their names and colours: the colour that a name makes expect, once; else one of Tableau's ten, which
/// are easily told apart, or of a colour wheel where there are more.
#[must_use]
pub fn classes(names: &[String]) -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let is_free = |colour: &[u8; 3]| classes.iter().all(|other| other.colour != *colour);
        let colour = expected(name).filter(is_free).unwrap_or_else(|| distinct(index, names.len()));
        classes.push(Class { value: index as u8, name: name.clone(), colour });
    }
    classes
}

fn expected(name: &str) -> Option<[u8; 3]> {
    let name = name.to_lowercase();
    let words: Vec<_> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let suits = |beginnings: &[&str]| {
        let is = |word: &&str| {
            beginnings.iter().any(|b| if b.len() < 4 { word == b } else { word.starts_with(b) })
        };
        words.iter().any(is)
    };
    EXPECTED.iter().find(|(beginnings, _)| suits(beginnings)).map(|(_, colour)| *colour)
}

fn distinct(index: usize, count: usize) -> [u8; 3] {
    let scheme = colorous::TABLEAU10;
    let colorous::Color { r, g, b } = match scheme.get(index) {
        Some(&colour) if count <= scheme.len() => colour,
        _ => colorous::SINEBOW.eval_rational(index, count),
    };
    [r, g, b]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colours(names: &[&str]) -> Vec<[u8; 3]> {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        classes(&names).into_iter().map(|class| class.colour).collect()
    }

    #[test]
    fn names_make_expect_colours() {
        let [grey, blue, red] = [[222, 222, 222], [26, 91, 171], [178, 24, 43]];
        assert_eq!(colours(&["Dry", "Water"]), [grey, blue]);
        assert_eq!(colours(&["No water", "Permanent water"]), [grey, blue]);
        assert_eq!(colours(&["unburned", "Burn scar"]), [grey, red]);
        // Beginnings of short words would find others: an island is no land, and iceberg lettuce no ice.
        assert_ne!(colours(&["Notre Dame"])[0], grey);
    }

    #[test]
    fn all_colours_differ() {
        for count in [2, 10, 13, 60] {
            let names: Vec<_> = (0..count).map(|class| format!("class {class}")).collect();
            let mut found = colours(&names.iter().map(String::as_str).collect::<Vec<_>>());
            found.sort_unstable();
            found.dedup();
            assert_eq!(found.len(), count);
        }
        let water = colours(&["Open water", "Flooded water", "River"]);
        assert!(water[0] != water[1] && water[1] != water[2] && water[0] != water[2]);
    }
}
