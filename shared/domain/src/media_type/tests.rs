use super::*;

fn of(declared: &str, filename: &str) -> Result<MediaType, Invalid> {
    let filename = Filename::parse(filename).expect("a name");
    MediaType::of(MediaType::read(declared)?, &filename)
}

#[test]
fn a_file_begins_as_its_kind_does() {
    let files: &[(MediaType, &[u8])] = &[
        (MediaType::Png, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        (MediaType::Jpeg, b"\xff\xd8\xff\xe0\0\x10JFIF"),
        (MediaType::Gif, b"GIF89a\x01\0"),
        (MediaType::Webp, b"RIFF\x24\0\0\0WEBPVP8 "),
        (MediaType::Pdf, b"%PDF-1.7\n"),
        (MediaType::Gzip, b"\x1f\x8b\x08\0"),
        (MediaType::Zip, b"PK\x03\x04\x14\0"),
        (MediaType::Mp4, b"\0\0\0\x20ftypisom"),
        (MediaType::Quicktime, b"\0\0\0\x14ftypqt  "),
        (MediaType::Webm, b"\x1a\x45\xdf\xa3\x9f\0"),
        (
            MediaType::Text,
            "¿Qué cambió?\r\n\t\x1b[31mnada\x1b[0m".as_bytes(),
        ),
    ];
    for (kind, beginning) in files {
        let with_a_signature = MediaType::ALL.iter().filter(|kind| {
            kind.is_shown()
                || [
                    MediaType::Zip,
                    MediaType::Gzip,
                    MediaType::Docx,
                    MediaType::Mp4,
                    MediaType::Quicktime,
                    MediaType::Webm,
                ]
                .contains(kind)
        });
        let fitting: Vec<_> = with_a_signature
            .filter(|kind| kind.fits(beginning))
            .collect();
        assert!(fitting.contains(&kind), "{kind}");
        // A header of an image or an archive may happen to have no control characters in it.
        let archives = [MediaType::Zip, MediaType::Docx];
        let recordings = [MediaType::Mp4, MediaType::Quicktime];
        let alike = |other: &&MediaType| {
            *other == kind
                || **other == MediaType::Text
                || (archives.contains(kind) && archives.contains(other))
                || (recordings.contains(kind) && recordings.contains(other))
        };
        assert!(fitting.iter().all(alike), "{kind}: {fitting:?}");
    }
    for kind in MediaType::ALL {
        let is_taken = kind.fits(b"MZ\x90\0\x03\0\0\0");
        assert_eq!(is_taken, *kind == MediaType::Bytes, "{kind}: a program");
    }
}

#[test]
fn a_text_may_be_in_any_encoding() {
    for text in [
        b"\xff\xfea\0b\0".as_slice(),
        b"caf\xe9",
        b"\x8a\xbf\x8e\x9a shift-jis",
        b"\x1b$B4A;z\x1b(B",
        b"\x0eKOI\x0f",
        // UTF-16 without a mark, in both orders.
        b"2\x000\x002\x006\x00-\x001\x001\x00\n\x00",
        b"\x002\x000\x002\x006\x00-\x001\x001\x00\n",
        // A log that was cut while it was written.
        b"a line of a log, and another one of the same log\0\nand a third one",
        b"MZ,the first column of a table\n",
        b"",
    ] {
        assert!(MediaType::Text.fits(text), "{text:?}");
    }
    for other in [
        b"MZ\x90\0\x03".as_slice(),
        b"\0\x01\x02\x03\x04\x05",
        b"\x7fELF\x02\x01\x01 and then a text that is as long as it takes, and longer still",
        b"PK\x03\x04and then a text that is as long as it takes, and much longer still, and on",
    ] {
        assert!(!MediaType::Text.fits(other), "{other:?}");
    }
}

#[test]
fn a_pdf_begins_like_one_and_like_nothing_else() {
    let long = [b"\0".repeat(128), b"%PDF-1.4".to_vec()].concat();
    for pdf in [
        b"%PDF-1.7\n".as_slice(),
        b"\xef\xbb\xbf%PDF-1.4",
        b"\r\n \t\0%PDF-1.4",
        b"\x1b%-12345X@PJL JOB\n%PDF-1.4",
        b"some words\n%PDF-1.4",
        &long,
    ] {
        assert!(MediaType::Pdf.fits(pdf), "{pdf:?}");
    }
    for other in [
        b"MZ\x90\0 %PDF-1.4".as_slice(),
        b"\n\nMZ\x90\0%PDF-1.4",
        b"PK\x03\x04%PDF-1.4",
        b"<html><script>%PDF-1.4",
        b"words <script>alert(1)</script>%PDF-1.4",
        b"\xef\xbb\xbf <!DOCTYPE html>%PDF-1.4",
        b"#!/bin/sh\n%PDF-1.4",
        b"GIF89a%PDF-1.4",
        b"\x89PNG\r\n\x1a\n%PDF-1.4",
        b"\x7fELF%PDF-1.4",
        b"\xd0\xcf\x11\xe0%PDF-1.4",
        b"no PDF",
        b"",
    ] {
        assert!(!MediaType::Pdf.fits(other), "{other:?}");
    }
}

#[test]
fn a_document_with_a_password_is_in_the_older_packing() {
    let ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0";
    for kind in [
        MediaType::Docx,
        MediaType::Xlsx,
        MediaType::Pptx,
        MediaType::Doc,
        MediaType::Xls,
        MediaType::Ppt,
        MediaType::Bytes,
    ] {
        assert!(kind.fits(ole), "{kind}");
    }
    assert!(!MediaType::Zip.fits(ole));
}

#[test]
fn only_what_cannot_run_is_shown() {
    let shown: Vec<_> = MediaType::ALL
        .iter()
        .filter(|kind| kind.is_shown())
        .map(|kind| kind.name())
        .collect();
    assert_eq!(
        shown,
        [
            "image/png",
            "image/jpeg",
            "image/gif",
            "image/webp",
            "application/pdf",
            "text/plain"
        ]
    );
    for active in [
        "image/svg+xml",
        "text/html",
        "TEXT/HTML; charset=utf-8",
        "application/xhtml+xml",
        "application/x-msdownload",
        "text/javascript",
    ] {
        assert_eq!(of(active, "a"), Err(Invalid::ActiveType), "{active}");
    }
    for wrong in [
        "png",
        "image/",
        "/png",
        "image/png/x",
        "ima ge/png",
        "*/*",
        "ñ/a",
    ] {
        assert_eq!(of(wrong, "a"), Err(Invalid::NoMediaType), "{wrong}");
    }
    assert!(RUN.is_sorted() && OTHER_NAMES.is_sorted_by_key(|(name, _)| *name));
    for run in RUN {
        assert!(MediaType::parse(run).is_err(), "{run}");
    }
}

#[test]
fn a_type_is_read_as_browsers_give_it() {
    for (declared, filename, kind) in [
        ("text/plain;charset=utf-8", "a.txt", MediaType::Text),
        (
            "text/plain; charset=\"utf-8\"",
            "server.log.1",
            MediaType::Text,
        ),
        ("IMAGE/PNG", "A.PNG", MediaType::Png),
        ("image/jpg", "a.jpg", MediaType::Jpeg),
        ("image/pjpeg", "a.jpeg", MediaType::Jpeg),
        ("application/x-zip-compressed", "a.zip", MediaType::Zip),
        ("application/x-gzip", "a.tar.gz", MediaType::Gzip),
        ("application/vnd.ms-excel", "a.csv", MediaType::Csv),
        ("application/vnd.ms-excel", "a.xls", MediaType::Xls),
        ("application/vnd.ms-excel", "a.xlsx", MediaType::Xlsx),
        ("application/msword", "a.docx", MediaType::Docx),
        ("application/zip", "a.docx", MediaType::Zip),
        ("text/xml", "factura.xml", MediaType::Xml),
        ("text/plain", "data.csv", MediaType::Text),
        ("", "a.csv", MediaType::Csv),
        ("  ", "a.HEIC", MediaType::Heic),
        ("", "mail.eml", MediaType::Email),
        ("", "date.ics", MediaType::Calendar),
        ("", "notes.md", MediaType::Markdown),
        ("", "server.log", MediaType::Text),
        ("", "a.sqlite", MediaType::Bytes),
        ("", "README", MediaType::Bytes),
        ("application/octet-stream", "photo.png", MediaType::Bytes),
        ("application/x-tar", "a.tar", MediaType::Bytes),
        ("audio/mpeg", "a.mp3", MediaType::Bytes),
        ("application/json", "a.har", MediaType::Json),
        ("image/png", "pasted", MediaType::Png),
    ] {
        assert_eq!(of(declared, filename), Ok(kind), "{declared} {filename}");
    }
}

#[test]
fn a_name_ends_as_its_kind_does() {
    for (declared, filename) in [
        ("application/pdf", "report.doc"),
        ("application/pdf", "report.xyz"),
        ("image/png", "a.jpg"),
        ("image/jpeg", "a.txt"),
        ("text/plain", "a.pdf"),
        ("application/zip", "a.png"),
        ("video/mp4", "a.zip"),
        ("image/webp", "a.pdf.1"),
    ] {
        let refused = of(declared, filename).expect_err(filename);
        assert_eq!(refused, Invalid::OtherEnding { kind: declared });
    }
}
