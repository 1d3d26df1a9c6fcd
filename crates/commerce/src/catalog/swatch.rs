//! Colours by their names, for the small squares beside the values of an option.

/// The colour of a name, such as `#6e8a5a` for *moss*; none for a name that is not known.
pub fn swatch(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, colour)| *colour)
}

const NAMES: [(&str, &str); 110] = [
    ("almond", "#e5d3b8"),
    ("amber", "#c98a2d"),
    ("anthracite", "#383b3e"),
    ("anthrazit", "#383b3e"),
    ("apricot", "#f3bd8e"),
    ("aqua", "#5fb8b4"),
    ("azul", "#2f5fae"),
    ("beech", "#d6b088"),
    ("beige", "#dccdb4"),
    ("birch", "#e3cfa9"),
    ("black", "#1d1d1b"),
    ("blanc", "#ffffff"),
    ("blau", "#2f5fae"),
    ("bleu", "#2f5fae"),
    ("blue", "#2f5fae"),
    ("blush", "#e8c4bb"),
    ("bordeaux", "#6d1f2f"),
    ("brass", "#b5953f"),
    ("braun", "#6f4a2f"),
    ("bronze", "#8c6a3b"),
    ("brown", "#6f4a2f"),
    ("burgundy", "#6d1f2f"),
    ("camel", "#b98e5a"),
    ("cerise", "#c22c5c"),
    ("chalk", "#e9e5dc"),
    ("charcoal", "#3b3c3d"),
    ("cherry", "#8a4a32"),
    ("chrome", "#c6c9cb"),
    ("clay", "#c4603a"),
    ("clear", "#eaf1f2"),
    ("cobalt", "#1f46a0"),
    ("copper", "#b4653a"),
    ("coral", "#ee7b62"),
    ("cork", "#c49a6c"),
    ("cream", "#f3ead6"),
    ("crimson", "#a81c36"),
    ("ebony", "#2c2420"),
    ("ecru", "#e8dfcb"),
    ("emerald", "#1f7a54"),
    ("forest", "#2d4a35"),
    ("gelb", "#eec532"),
    ("gold", "#c6a04a"),
    ("granite", "#77787a"),
    ("graphite", "#45474a"),
    ("grau", "#8b8d8e"),
    ("gray", "#8b8d8e"),
    ("green", "#3f7d4c"),
    ("grey", "#8b8d8e"),
    ("grün", "#3f7d4c"),
    ("indigo", "#37406f"),
    ("ink", "#27334a"),
    ("iron", "#463e38"),
    ("ivory", "#f4eddd"),
    ("jade", "#4f9477"),
    ("jaune", "#eec532"),
    ("khaki", "#8d8660"),
    ("lavender", "#b5a6cf"),
    ("lemon", "#f2dc58"),
    ("lilac", "#bda2c8"),
    ("lime", "#a9c83f"),
    ("linen", "#e6dccb"),
    ("maple", "#d9b380"),
    ("marble", "#eceae6"),
    ("maroon", "#6a2430"),
    ("mauve", "#a98aa3"),
    ("mint", "#b5dcc4"),
    ("moss", "#6e8a5a"),
    ("mustard", "#cf9d33"),
    ("natural", "#ddd0b8"),
    ("natur", "#ddd0b8"),
    ("navy", "#1f2d4d"),
    ("negro", "#1d1d1b"),
    ("noir", "#1d1d1b"),
    ("oak", "#c8a26b"),
    ("oat", "#dfd2ba"),
    ("ochre", "#c58a2f"),
    ("off-white", "#f4f0e6"),
    ("olive", "#75763f"),
    ("orange", "#e5802f"),
    ("petrol", "#1f5a66"),
    ("pine", "#d8b47c"),
    ("pink", "#e79ab0"),
    ("plum", "#6b3a58"),
    ("powder", "#ead7d1"),
    ("purple", "#6d4391"),
    ("red", "#bb2f2f"),
    ("rojo", "#bb2f2f"),
    ("rosa", "#e79ab0"),
    ("rose", "#d9a19c"),
    ("rot", "#bb2f2f"),
    ("rouge", "#bb2f2f"),
    ("rust", "#a9502d"),
    ("sage", "#a3ae93"),
    ("sand", "#d9c6a3"),
    ("schwarz", "#1d1d1b"),
    ("silver", "#c3c5c6"),
    ("sky", "#9cc4e0"),
    ("slate", "#586069"),
    ("smoke", "#8d8a86"),
    ("steel", "#9aa0a4"),
    ("stone", "#b8b0a3"),
    ("tan", "#c59f74"),
    ("teal", "#2b7a78"),
    ("terracotta", "#c4623f"),
    ("travertine", "#d8cbb6"),
    ("turquoise", "#3fb1ad"),
    ("verde", "#3f7d4c"),
    ("vert", "#3f7d4c"),
    ("walnut", "#6b4a34"),
    ("white", "#ffffff"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(swatch(" Moss "), Some("#6e8a5a"));
        assert_eq!(swatch("XL"), None);
    }

    #[test]
    fn every_name_stands_once_and_has_a_colour() {
        for (at, (name, colour)) in NAMES.iter().enumerate() {
            assert!(NAMES[..at].iter().all(|(other, _)| other != name), "{name}");
            assert!(
                colour.len() == 7 && u32::from_str_radix(&colour[1..], 16).is_ok(),
                "{name}"
            );
        }
    }
}
