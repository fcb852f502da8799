//! Files from a server, by the HTTP client that GDAL has: it knows the proxies and certificates that GDAL was told of, by
//! QGIS's settings or by variables such as `GDAL_HTTP_PROXY`, `HTTPS_PROXY` and `CURL_CA_BUNDLE`.

use crate::remote;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::slice;
use std::thread;
use std::time::{Duration, Instant};

/// How often a file is asked for at most, where a server is busy or the connection breaks; the first pause between, which
/// doubles each time.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_secs(1);

/// How often a pause looks whether the file is still wanted.
const GLANCE: Duration = Duration::from_millis(50);

/// Who a file is for.
pub trait Receiver {
    /// The file comes from its beginning: for the first time, or again after the connection broke.
    fn begin(&mut self);
    /// The next piece of it, or of what a server says of an error; whether more is wanted.
    fn receive(&mut self, piece: &[u8]) -> bool;
    /// Whether the file is still wanted, asked while nothing comes.
    fn is_wanted(&self) -> bool;
}

/// Why a file did not come.
#[derive(Debug, PartialEq, Eq)]
pub enum Interruption {
    /// The receiver wanted no more.
    Unwanted,
    /// The server has none, or could not be reached; says why.
    Failed(String),
}

/// Fetches a file. A server that is busy, or a connection that breaks, is tried again up to four times within 15
/// seconds; one that says nothing for a minute is given up.
pub fn download(url: &str, receiver: &mut dyn Receiver) -> Result<(), Interruption> {
    download_with_pauses(url, receiver, PAUSE)
}

fn download_with_pauses(
    url: &str,
    receiver: &mut dyn Receiver,
    mut pause: Duration,
) -> Result<(), Interruption> {
    for attempt in 1.. {
        receiver.begin();
        match remote::with_patience(|| fetch(url, receiver)) {
            Err(Trouble { reason: Interruption::Failed(_), may_pass: true }) if attempt < ATTEMPTS => {}
            Err(trouble) => return Err(trouble.reason),
            Ok(()) => break,
        }
        let end = Instant::now() + pause;
        while Instant::now() < end {
            if !receiver.is_wanted() {
                return Err(Interruption::Unwanted);
            }
            thread::sleep(GLANCE);
        }
        pause *= 2;
    }
    Ok(())
}

/// Why one attempt failed, and whether another one may not.
struct Trouble {
    reason: Interruption,
    may_pass: bool,
}

/// What GDAL's client says at the end. It has further fields behind, which are not looked at.
#[repr(C)]
struct CplHttpResult {
    /// libcurl's number of what went wrong, 0 if the server has answered.
    status: c_int,
    content_type: *mut c_char,
    /// In words; null if nothing went wrong.
    error: *mut c_char,
}

type Progress = unsafe extern "C" fn(f64, *const c_char, *mut c_void) -> c_int;
type Write = unsafe extern "C" fn(*mut c_void, usize, usize, *mut c_void) -> usize;

#[expect(unsafe_code, reason = "gdal-sys leaves out this header of GDAL's")]
unsafe extern "C" {
    fn CPLHTTPFetchEx(
        url: *const c_char,
        options: *const *const c_char,
        progress: Option<Progress>,
        progress_argument: *mut c_void,
        write: Option<Write>,
        write_argument: *mut c_void,
    ) -> *mut CplHttpResult;
    fn CPLHTTPDestroyResult(result: *mut CplHttpResult);
}

/// A receiver as GDAL's callbacks get it.
struct Sink<'a> {
    receiver: &'a mut dyn Receiver,
    is_unwanted: bool,
}

/// One attempt. GDAL must not try again by itself: what an unsuccessful attempt brought would stand before the file. What
/// users have set as the longest time of a request is meant for rasters, not for gigabytes.
#[expect(unsafe_code, reason = "the safe wrapper does not have this function")]
fn fetch(url: &str, receiver: &mut dyn Receiver) -> Result<(), Trouble> {
    let invalid = |_| Trouble {
        reason: Interruption::Failed(String::from("the address holds a zero byte")),
        may_pass: false,
    };
    let url = CString::new(url).map_err(invalid)?;
    let options = [c"MAX_RETRY=0".as_ptr(), c"TIMEOUT=0".as_ptr(), ptr::null()];
    let mut sink = Sink { receiver, is_unwanted: false };
    let argument = ptr::from_mut(&mut sink).cast::<c_void>();
    // SAFETY: the texts and the list that ends with NULL outlive the call; GDAL calls back on this thread, one callback at
    // a time, with the pointer to the sink, which nothing else uses meanwhile. The result is ours to free, and its texts
    // are copied before. Errors are ours to tell: the handler that keeps quiet holds for this thread until it is popped.
    let (status, words) = unsafe {
        gdal_sys::CPLPushErrorHandler(Some(gdal_sys::CPLQuietErrorHandler));
        let result =
            CPLHTTPFetchEx(url.as_ptr(), options.as_ptr(), Some(glance), argument, Some(take), argument);
        gdal_sys::CPLPopErrorHandler();
        match result.as_ref() {
            None => (0, Some(String::from("GDAL has no HTTP client"))),
            Some(told) => {
                let words = (!told.error.is_null())
                    .then(|| CStr::from_ptr(told.error).to_string_lossy().trim().to_owned());
                let status = told.status;
                CPLHTTPDestroyResult(result);
                (status, words)
            }
        }
    };
    if sink.is_unwanted {
        return Err(Trouble { reason: Interruption::Unwanted, may_pass: false });
    }
    if status == 0 && words.is_none() {
        return Ok(());
    }
    let words =
        words.filter(|words| !words.is_empty()).unwrap_or_else(|| format!("libcurl's error {status}"));
    let may_pass = BROKEN.contains(&status) || BUSY.iter().any(|code| words.ends_with(code));
    Err(Trouble { reason: Interruption::Failed(words), may_pass })
}

/// libcurl's numbers for what may go better at the next attempt: answers cut off (HTTP/2's included), out of time, empty,
/// and broken connections. A name or a server that is not there, or a certificate, will not be another one in a second.
const BROKEN: [c_int; 7] = [16, 18, 28, 52, 55, 56, 92];

/// How GDAL's words end where the server says "too many requests" or that it cannot answer just now.
const BUSY: [&str; 5] = [" 429", " 500", " 502", " 503", " 504"];

/// GDAL's callback for what came: less than all of it ends the attempt.
///
/// `argument` points to a [`Sink`].
#[expect(unsafe_code, reason = "a callback that C calls")]
unsafe extern "C" fn take(bytes: *mut c_void, size: usize, count: usize, argument: *mut c_void) -> usize {
    // SAFETY: `fetch` hands this function over with such a pointer; libcurl gives so many bytes.
    let (sink, piece) = unsafe {
        let piece: &[u8] =
            if bytes.is_null() { &[] } else { slice::from_raw_parts(bytes.cast(), size * count) };
        (&mut *argument.cast::<Sink<'_>>(), piece)
    };
    // A panic must not reach GDAL.
    let goes_on = catch_unwind(AssertUnwindSafe(|| sink.receiver.receive(piece))).unwrap_or(false);
    sink.is_unwanted |= !goes_on;
    if goes_on { piece.len() } else { 0 }
}

/// GDAL's callback between: 0 ends the attempt.
///
/// `argument` points to a [`Sink`].
#[expect(unsafe_code, reason = "a callback that C calls")]
unsafe extern "C" fn glance(_: f64, _: *const c_char, argument: *mut c_void) -> c_int {
    // SAFETY: as in `take`.
    let sink = unsafe { &mut *argument.cast::<Sink<'_>>() };
    let goes_on = catch_unwind(AssertUnwindSafe(|| sink.receiver.is_wanted())).unwrap_or(false);
    sink.is_unwanted |= !goes_on;
    c_int::from(goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Write as _};
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Default)]
    struct Kept {
        bytes: Vec<u8>,
        beginnings: usize,
        /// Bytes after which it wants no more.
        most: Option<usize>,
        until: Option<Instant>,
    }

    impl Receiver for Kept {
        fn begin(&mut self) {
            self.bytes.clear();
            self.beginnings += 1;
        }
        fn receive(&mut self, piece: &[u8]) -> bool {
            self.bytes.extend(piece);
            self.is_wanted()
        }
        fn is_wanted(&self) -> bool {
            self.most.is_none_or(|most| self.bytes.len() < most)
                && self.until.is_none_or(|until| Instant::now() < until)
        }
    }

    /// Answers each request with the next of these, the last one again and again.
    fn serve(answers: Vec<Vec<u8>>) -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let lines = BufReader::new(&stream).lines().map_while(Result::ok);
                lines.take_while(|line| !line.is_empty()).for_each(drop);
                let number = count.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(&answers[number.min(answers.len() - 1)]);
            }
        });
        (format!("http://{address}/file"), asked)
    }

    fn answer(status: &str, length: usize, body: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
        [head.as_bytes(), body].concat()
    }

    fn fetched(answers: Vec<Vec<u8>>, most: Option<usize>) -> (Result<(), Interruption>, Kept, usize) {
        let (url, asked) = serve(answers);
        let mut kept = Kept { most, ..Kept::default() };
        let result = download_with_pauses(&url, &mut kept, Duration::from_millis(1));
        (result, kept, asked.load(Ordering::SeqCst))
    }

    #[test]
    fn a_file_comes_whole_after_a_busy_server_and_a_broken_connection() {
        let body: Vec<u8> = (0..300_000_u32).map(|i| (i % 251) as u8).collect();
        let answers = vec![
            answer("503 Service Unavailable", 4, b"busy"),
            answer("200 OK", body.len(), &body[..200_000]),
            answer("200 OK", body.len(), &body),
        ];
        let (result, kept, asked) = fetched(answers, None);
        assert_eq!(result, Ok(()));
        assert!(kept.bytes == body, "nothing of what came before stands in front");
        assert_eq!((kept.beginnings, asked), (3, 3));
    }

    #[test]
    fn what_is_not_there_is_not_asked_for_again() {
        let (result, _, asked) = fetched(vec![answer("404 Not Found", 4, b"none")], None);
        assert!(matches!(&result, Err(Interruption::Failed(words)) if words.contains("404")), "{result:?}");
        assert_eq!(asked, 1);
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut kept = Kept::default();
        let result = download_with_pauses(&format!("http://{nobody}/file"), &mut kept, Duration::ZERO);
        assert!(matches!(result, Err(Interruption::Failed(_))) && kept.beginnings == 1);
    }

    #[test]
    fn a_connection_that_always_breaks_is_given_up() {
        let (result, _, asked) = fetched(vec![answer("200 OK", 1000, &[7; 500])], None);
        assert!(matches!(result, Err(Interruption::Failed(_))), "{result:?}");
        assert_eq!(asked, ATTEMPTS as usize);
    }

    #[test]
    fn a_receiver_that_wants_no_more_ends_it_at_once() {
        let body = vec![1; 10_000_000];
        let (result, kept, asked) = fetched(vec![answer("200 OK", body.len(), &body)], Some(100_000));
        assert_eq!((result, asked), (Err(Interruption::Unwanted), 1));
        assert!(kept.bytes.len() < 1_000_000, "{}", kept.bytes.len());
    }

    #[test]
    fn what_is_wanted_no_more_is_not_waited_for() {
        let (url, asked) = serve(vec![answer("503 Service Unavailable", 4, b"busy")]);
        let start = Instant::now();
        let mut kept = Kept { until: Some(start + Duration::from_millis(300)), ..Kept::default() };
        let result = download_with_pauses(&url, &mut kept, Duration::from_mins(1));
        assert_eq!((result, asked.load(Ordering::SeqCst)), (Err(Interruption::Unwanted), 1));
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}
