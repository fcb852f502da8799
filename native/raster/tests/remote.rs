//! Rasters on a server that is busy now and then, and on one that is gone. One test, because GDAL's options are those of
//! the process.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use gdal::DriverManager;
use grid::Window;
use raster::{Error, Layer};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// How often it refuses before it answers, and whether it still answers at all.
#[derive(Default)]
struct Mood {
    requests: AtomicUsize,
    refused: AtomicUsize,
    is_gone: AtomicBool,
}

/// Serves a file; every other request gets "503 Service Unavailable".
fn serve(bytes: Vec<u8>, mood: Arc<Mood>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(&stream, &bytes, &mood);
        }
    });
    format!("/vsicurl/http://{address}/scene.tif")
}

/// Answers one request and closes the connection.
fn answer(mut stream: &TcpStream, bytes: &[u8], mood: &Mood) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let Some(request) = lines.next() else { return };
    let range = lines
        .filter_map(|line| Some(line.to_ascii_lowercase().strip_prefix("range: bytes=")?.to_owned()))
        .last();
    let number = mood.requests.fetch_add(1, Ordering::SeqCst);
    if !request.contains("/scene.tif") {
        let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
    }
    if number.is_multiple_of(2) || mood.is_gone.load(Ordering::SeqCst) {
        mood.refused.fetch_add(1, Ordering::SeqCst);
        let _ = stream
            .write_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
    }
    let end = bytes.len() - 1;
    let asked = range.and_then(|range| {
        let (first, last) = range.split_once('-')?;
        Some((first.parse().ok()?, last.parse().unwrap_or(end).min(end)))
    });
    let (first, last): (usize, usize) = asked.unwrap_or((0, end));
    let status = match asked {
        Some(_) => format!("206 Partial Content\r\nContent-Range: bytes {first}-{last}/{}", bytes.len()),
        None => String::from("200 OK"),
    };
    let part = if request.starts_with("HEAD") { &[][..] } else { &bytes[first..=last] };
    let head = format!(
        "HTTP/1.1 {status}\r\nAccept-Ranges: bytes\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        last - first + 1
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(part));
}

/// Noise that no compression makes small, so that reads need several requests.
fn scene(path: &Path) {
    let driver = DriverManager::get_driver_by_name("GTiff").unwrap();
    let mut raster = driver.create_with_band_type::<f32, _>(path, 700, 700, 1).unwrap();
    raster.set_geo_transform(&[0.0, 10.0, 0.0, 0.0, 0.0, -10.0]).unwrap();
    let values: Vec<_> = (0..700_u32 * 700).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32).collect();
    let mut band = raster.rasterband(1).unwrap();
    band.write((0, 0), (700, 700), &mut gdal::raster::Buffer::new((700, 700), values)).unwrap();
}

#[test]
fn a_server_that_is_busy_is_asked_again_and_one_that_is_gone_is_told() {
    // What users set wins; so the test need not wait for seconds.
    gdal::config::set_config_option("GDAL_HTTP_RETRY_DELAY", "0.05").unwrap();
    gdal::config::set_config_option("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR").unwrap();
    raster::silence_gdal();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene.tif");
    scene(&path);
    let mood = Arc::new(Mood::default());
    let remote = serve(fs::read(&path).unwrap(), Arc::clone(&mood));

    let local = Layer::open(path.to_str().unwrap()).unwrap();
    let layer = Layer::open(&remote).unwrap();
    let window = Window { x: 100, y: 50, width: 300, height: 500 };
    assert!(layer.read(window).unwrap() == local.read(window).unwrap());
    assert!(mood.refused.load(Ordering::SeqCst) >= 3, "it was busy");
    assert_eq!(
        gdal::config::get_config_option("GDAL_HTTP_MAX_RETRY", "nothing").unwrap(),
        "nothing",
        "others are not affected"
    );

    mood.is_gone.store(true, Ordering::SeqCst);
    let before = mood.refused.load(Ordering::SeqCst);
    let error = layer.read(Window { y: 600, height: 100, ..window }).unwrap_err();
    assert!(matches!(&error, Error::Read { source_name, .. } if *source_name == remote), "{error}");
    assert!(error.to_string().contains("reachable"), "{error}");
    // GDAL may ask for the part and then for its first block: each once, and four times again.
    assert!(mood.refused.load(Ordering::SeqCst) - before >= 5);
}
