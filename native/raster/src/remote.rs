//! Servers that do not answer at once are asked again.

use gdal::config;

/// GDAL's options for it, and what they are unless somebody has set them: four more attempts, after 1, 2, 4 and 8
/// seconds or so; nobody waits longer than a minute for a server that says nothing.
const PATIENCE: [(&str, &str); 5] = [
    ("GDAL_HTTP_MAX_RETRY", "4"),
    ("GDAL_HTTP_RETRY_DELAY", "1"),
    ("GDAL_HTTP_CONNECTTIMEOUT", "10"),
    ("GDAL_HTTP_LOW_SPEED_TIME", "60"),
    ("GDAL_HTTP_LOW_SPEED_LIMIT", "1"),
];

/// Runs something that may read from a server. Options hold on this thread and for so long only: inside QGIS others use
/// GDAL, too.
pub(crate) fn with_patience<T>(work: impl FnOnce() -> T) -> T {
    let is_unset = |name: &str| config::get_config_option(name, "").is_ok_and(|value| value.is_empty());
    let set: Vec<_> = PATIENCE
        .into_iter()
        .filter(|(name, value)| is_unset(name) && config::set_thread_local_config_option(name, value).is_ok())
        .collect();
    let result = work();
    for (name, _) in set {
        let _ = config::clear_thread_local_config_option(name);
    }
    result
}
