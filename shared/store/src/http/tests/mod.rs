mod server;

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use aws_sdk_dynamodb::config::http::{HttpRequest, HttpResponse};
use aws_sdk_dynamodb::error::ConnectorError;
use aws_sdk_s3::primitives::{AggregatedBytes, ByteStream, SdkBody};
use aws_smithy_runtime_api::client::http::HttpConnector;
use futures_util::future::join_all;
use tokio_rustls::rustls::version::{TLS12, TLS13};

use super::pool::IDLE;
use super::{Connector, Http, tls};
use crate::error::Error;
use crate::meter::metered;
use crate::table::Table;
use server::{HELLO, Server, greet, hear, nowhere, say, with_tls};

/// Long on this machine.
const MOMENT: Duration = Duration::from_millis(100);

fn patient(http: &Http) -> Connector {
    Connector {
        http: http.clone(),
        connect_timeout: None,
        read_timeout: None,
    }
}

fn request(url: &str, body: SdkBody) -> HttpRequest {
    let mut request = HttpRequest::new(body);
    request.set_uri(url).expect("a URI");
    request
}

async fn ask(http: &Http, url: &str) -> Result<HttpResponse, ConnectorError> {
    patient(http).call(request(url, SdkBody::empty())).await
}

async fn bytes(answer: HttpResponse) -> Result<Vec<u8>, String> {
    let bytes = ByteStream::new(answer.into_body()).collect().await;
    bytes
        .map(AggregatedBytes::to_vec)
        .map_err(|error| error.to_string())
}

async fn text(answer: HttpResponse) -> String {
    String::from_utf8(bytes(answer).await.expect("a body")).expect("it is text")
}

/// Asks a server, and reads the answer.
async fn fetch(server: &Server, http: &Http) -> String {
    let answer = ask(http, &server.url("http")).await.expect("an answer");
    text(answer).await
}

#[tokio::test]
async fn one_connection_carries_one_request_after_the_other() {
    let server = Server::start(|mut stream, _| {
        for answer in [
            HELLO,
            "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\nno",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            HELLO,
        ] {
            let (head, _) = hear(&mut stream).expect("a request");
            assert!(head.starts_with("GET / HTTP/1.1\r\n"), "{head}");
            say(&mut stream, answer);
        }
    });
    let http = Http::plain();
    for expected in ["hello", "", "no", "hello", "", "hello"] {
        assert_eq!(fetch(&server, &http).await, expected);
    }
    assert_eq!(server.opened(), 1);
}

#[tokio::test]
async fn a_connection_that_was_closed_during_a_freeze_is_replaced() {
    let server = Server::start(|mut stream, _| {
        hear(&mut stream);
        say(&mut stream, HELLO);
    });
    let http = Http::plain();
    for _ in 0..3 {
        assert_eq!(fetch(&server, &http).await, "hello");
        // Nothing in this process runs meanwhile, and the first to run after that is not who would notice.
        thread::sleep(MOMENT);
        tokio::task::yield_now().await;
    }
    assert_eq!(server.opened(), 3);
}

#[tokio::test]
async fn a_connection_is_not_used_again_after_what_it_carried_last() {
    for answer in [
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello",
        // Not well: the next request may find a better one.
        "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 5\r\n\r\nhello",
    ] {
        let server = Server::start(move |mut stream, _| {
            while hear(&mut stream).is_some() {
                say(&mut stream, answer);
            }
        });
        let http = Http::plain();
        assert_eq!(fetch(&server, &http).await, "hello");
        assert_eq!(fetch(&server, &http).await, "hello");
        assert_eq!(server.opened(), 2, "{answer}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_read_to_its_end_takes_its_connection_with_it() {
    let server = Server::start(|mut stream, _| {
        while hear(&mut stream).is_some() {
            say(&mut stream, "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n");
            thread::sleep(MOMENT);
            say(&mut stream, "0123456789");
        }
    });
    let http = Http::plain();
    let answer = ask(&http, &server.url("http")).await;
    drop(answer.expect("an answer"));
    assert_eq!(fetch(&server, &http).await, "0123456789");
    assert_eq!(server.opened(), 2);
}

#[tokio::test]
async fn half_an_answer_is_an_error() {
    let server = Server::start(|mut stream, number| {
        hear(&mut stream);
        if number == 1 {
            say(&mut stream, &HELLO[..HELLO.len() - 2]);
        } else {
            say(&mut stream, HELLO);
        }
    });
    let http = Http::plain();
    let answer = ask(&http, &server.url("http")).await.expect("its head");
    assert_eq!(bytes(answer).await, Err("streaming error".to_owned()));
    assert_eq!(fetch(&server, &http).await, "hello");
    assert_eq!(server.opened(), 2);
}

#[tokio::test]
async fn errors_say_whether_another_try_is_worth_it() {
    let server = Server::start(|mut stream, number| {
        hear(&mut stream);
        // The second request waits in vain, as the third does in the middle of the head.
        match number {
            1 => say(&mut stream, "SMTP, by mistake\r\n\r\n"),
            2 => {}
            _ => say(&mut stream, "HTTP/1.1 200"),
        }
    });
    let http = Http::plain();
    let url = server.url("http");
    let failed = || async { ask(&http, &url).await.expect_err("no answer") };
    assert!(failed().await.is_other());
    assert!(failed().await.is_io());
    assert!(failed().await.is_io());

    let (_port, nobody) = nowhere();
    let refused = ask(&http, &nobody).await.expect_err("nobody is there");
    assert!(refused.is_io(), "{refused:?}");
    let secure = ask(&http, "https://localhost").await;
    assert!(secure.expect_err("no TLS").is_user());
}

#[tokio::test]
async fn who_cannot_be_reached_is_tried_as_often_as_patience_has_it() {
    let (_port, nobody) = nowhere();
    let table = Table::local(&nobody, "table");
    let (answer, consumed) = metered(table.client().list_tables().send()).await;
    let error = Error::from(answer.expect_err("nobody is there"));
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
    assert_eq!(consumed.round_trips, 5);
}

#[tokio::test]
async fn nobody_is_waited_for_longer_than_was_said() {
    let server = Server::start(|mut stream, number| {
        hear(&mut stream);
        thread::sleep(if number < 3 { 20 * MOMENT } else { MOMENT });
        say(&mut stream, HELLO);
    });
    let http = Http::secure(tls::amazon());
    let connector = Connector {
        connect_timeout: Some(MOMENT),
        read_timeout: Some(2 * MOMENT),
        ..patient(&http)
    };
    let ask = async |scheme: &str| {
        let request = request(&server.url(scheme), SdkBody::empty());
        connector.call(request).await
    };
    // It listens to whatever would be a handshake.
    let late = ask("https").await.expect_err("no connection");
    assert!(late.is_timeout(), "{late:?}");
    let late = ask("http").await.expect_err("no answer");
    assert!(late.is_timeout(), "{late:?}");
    assert_eq!(text(ask("http").await.expect("an answer")).await, "hello");
    assert_eq!(server.opened(), 3);
}

#[tokio::test]
async fn a_large_body_goes_both_ways() {
    let server = Server::start(|mut stream, _| {
        while let Some((_, body)) = hear(&mut stream) {
            let length = body.len();
            say(
                &mut stream,
                format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n"),
            );
            say(&mut stream, body);
        }
    });
    let http = Http::plain();
    let sent: Vec<u8> = (0..5_000_000_u32)
        .map(|at| at.to_le_bytes()[at as usize % 3])
        .collect();
    for _ in 0..2 {
        let request = request(&server.url("http"), SdkBody::from(sent.clone()));
        let answer = patient(&http).call(request).await.expect("an answer");
        assert!(bytes(answer).await.expect("a body") == sent);
    }
    assert_eq!(server.opened(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_at_once_have_a_connection_each_and_not_all_are_kept() {
    const MANY: usize = IDLE + 6;
    let together = Arc::new(Barrier::new(MANY));
    let server = Server::start(move |mut stream, _| {
        hear(&mut stream);
        together.wait();
        say(&mut stream, HELLO);
        greet(stream);
    });
    let http = Http::plain();
    let answers = join_all((0..MANY).map(|_| fetch(&server, &http))).await;
    assert_eq!(answers, ["hello"; MANY]);
    while server.closed() < MANY - IDLE {
        tokio::time::sleep(MOMENT / 10).await;
    }
    for _ in 0..MANY {
        assert_eq!(fetch(&server, &http).await, "hello");
    }
    assert_eq!((server.opened(), server.closed()), (MANY, MANY - IDLE));
}

#[tokio::test]
async fn a_server_is_trusted_by_its_authority() {
    for version in [&TLS12, &TLS13] {
        let (server, authority) = with_tls(version);
        let url = server.url("https");
        let trusted = tls::authorities(authority.as_bytes()).expect("an authority");
        let http = Http::secure(trusted);
        for _ in 0..3 {
            assert_eq!(text(ask(&http, &url).await.expect("it is")).await, "hello");
        }
        assert_eq!(server.opened(), 1);

        let amazon = Http::secure(tls::amazon());
        let error = ask(&amazon, &url).await.expect_err("it is not Amazon's");
        assert_eq!(
            std::error::Error::source(&error).map(ToString::to_string),
            Some("invalid peer certificate: UnknownIssuer".to_owned())
        );
    }
}
