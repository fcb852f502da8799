//! The results page as a shell sees it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "what other tests need of it")]
mod common;

use common::{Home, text};
use serde_json::Value;
use std::fs;

const SCENE: [&str; 5] =
    ["samplescene", "--SIZE=96", "--SEED=5", "--OUTPUT_LULC=cover.tif", "--OUTPUT_S2L2A=scene.tif"];

fn page(home: &Home, arguments: &[&str]) -> String {
    let done = home.run(&[arguments, &["--OUTPUT_HTML=page.html"]].concat());
    assert!(done.status.success(), "{}", text(&done.stderr));
    let result: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(result["outputs"]["OUTPUT_HTML"], "page.html");
    fs::read_to_string(home.path("page.html")).unwrap()
}

/// What stands between two texts, each time.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    text.split(before).skip(1).map(|rest| rest.split(after).next().unwrap()).collect()
}

#[test]
fn a_page_shows_pictures_statistics_and_where_results_come_from() {
    let home = Home::new();
    let page = page(&home, &SCENE);
    let pictures = between(&page, "<img src=\"", "\"");
    assert_eq!(pictures.len(), 2);
    assert!(
        pictures
            .iter()
            .all(|picture| picture.starts_with("data:image/png;base64,iVBOR") && picture.len() > 2000)
    );
    // Shares of classes, by name and colour: all of the pixels together.
    let cover = page.split("<h3>Synthetic land cover").nth(1).unwrap();
    let shares: f64 = between(cover, "<td align=\"right\">", "</td>")
        .iter()
        .filter_map(|cell| cell.strip_suffix(" %")?.parse::<f64>().ok())
        .sum();
    assert!((shares - 100.0).abs() < 0.6, "{shares}");
    assert!(cover.contains("<td>trees</td>") && cover.contains("bgcolor=\"#358221\""), "{cover}");
    // Bands by name, twelve of them.
    let scene = &page[page.find("<h3>Synthetic Sentinel-2 L2A").unwrap()..];
    assert!(scene.contains("<td>B8A</td>") && scene.contains("96 × 96 pixels, 12 bands"));
    assert_eq!(
        between(&page, "<title>", "</title>"),
        ["Sample scene: Synthetic Sentinel-2 L2A (world 5) and 1 more"]
    );
    for words in
        ["<th align=\"left\">SEASON</th><td>summer</td>", "GDAL ", "Land cover: ", "terramind:samplescene"]
    {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn the_statistics_are_those_of_the_raster() {
    let home = Home::new();
    let done = home.run(&["samplescene", "--SIZE=96", "--SEED=5", "--NOISE=false", "--OUTPUT_DEM=dem.tif"]);
    assert!(done.status.success());
    let dataset = gdal::Dataset::open(home.path("dem.tif")).unwrap();
    let values = dataset.rasterband(1).unwrap().read_band_as::<f32>().unwrap();
    let mean = values.data().iter().map(|value| f64::from(*value)).sum::<f64>() / (96.0 * 96.0);
    let page =
        page(&home, &["samplescene", "--SIZE=96", "--SEED=5", "--NOISE=false", "--OUTPUT_DEM=dem.tif"]);
    let row = between(&page, "<td align=\"right\">", "</td>");
    let told: Vec<f64> = row[..3].iter().map(|cell| cell.parse().unwrap()).collect();
    let least = values.data().iter().copied().fold(f32::INFINITY, f32::min);
    let most = values.data().iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for (told, found) in told.iter().zip([f64::from(least), mean, f64::from(most)]) {
        assert!((told - found).abs() < 1e-3 * found.abs(), "{told} {found}");
    }
    assert_eq!(row[3], "0.0 %");
}

#[test]
fn names_from_outside_do_nothing_to_the_page() {
    let home = Home::with_demo();
    let folder = home.path("<script>alert('x')<");
    fs::create_dir_all(folder.join("script> & <img src=http:")).unwrap();
    let input = folder.join("script> & <img src=http:").join("\"onload=\"a.tif");
    let done = home.run(&["samplescene", "--SIZE=64", &format!("--OUTPUT_S2L2A={}", input.display())]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let page = page(
        &home,
        &["embedlayer", "--MODEL=demo", &format!("--S2L2A={}", input.display()), "--OUTPUT=out.tif"],
    );
    assert!(page.contains("&lt;script&gt;alert"), "{page}");
    for tag in ["<script", "<link", "<iframe", "href=", "url("] {
        assert!(!page.contains(tag), "{tag}");
    }
    // The pictures of the result and of the input, and nothing else that would be loaded.
    let sources = between(&page, "<img", ">");
    assert_eq!(sources.len(), 2, "{sources:?}");
    assert!(sources.iter().all(|source| source.starts_with(" src=\"data:image/png;base64,")));
    // Of many features only some are listed, and the model's digest is there.
    assert!(page.contains("and 51 more bands") && page.contains("MODEL_SHA256"), "{page}");
}

#[test]
fn a_page_that_nobody_can_write_is_found_out_first_and_a_failed_run_leaves_none() {
    let home = Home::new();
    let done =
        home.run(&["samplescene", "--SIZE=64", "--OUTPUT_DEM=out.tif", "--OUTPUT_HTML=missing/page.html"]);
    home.refuses(&done, &["missing"]);
    let done = home.run(&["samplescene", "--SIZE=64", "--OUTPUT_DEM=out.tif", "--OUTPUT_HTML=page.txt"]);
    home.refuses(&done, &["OUTPUT_HTML", ".html"]);
    let done =
        home.run(&["samplescene", "--CRS=EPSG:4326", "--OUTPUT_DEM=out.tif", "--OUTPUT_HTML=page.html"]);
    home.refuses(&done, &["CRS"]);
    let left = fs::read_dir(home.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.filter(|name| name.to_string_lossy().contains("page")).count() == 0);
}
