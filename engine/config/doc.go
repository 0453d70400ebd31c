// Package config reads what the user wrote into what the rooms need: config.toml, property.json, app and package folders, and
// settings from flags, the environment and the user's own file.
//
// Settings come, in this order, from flags, TENBENCH_SECTION_KEY variables, config.toml, the user's config.toml and the
// defaults. Viper merges them, in a fresh instance for each load. It sees nothing else: it lowers the case of keys and splits
// them at dots, which would corrupt node names and properties. Those come from the positioned tree of engine/graph, as does the
// place of each mistake.
//
// A Config is not changed once it was loaded. Load changes nothing anywhere, so a file that is refused costs nothing.
package config
