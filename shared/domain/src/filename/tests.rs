use super::*;

fn kept(name: &str) -> Result<String, Invalid> {
    Filename::parse(name).map(|name| name.0)
}

#[test]
fn a_filename_names_no_place_and_shows_what_it_is() {
    for name in [
        "log.txt",
        "Rechnung März 2026.pdf",
        "日本語.png",
        "no-extension",
        ".bashrc.txt",
        "a..b.txt",
        "صورة.png",
        "Screenshot 2026-11-27 at 10.30.15\u{202f}AM.png",
    ] {
        assert_eq!(kept(name), Ok(name.into()));
    }
    for name in ["..", ".", " . ", "...", ". ."] {
        assert_eq!(kept(name), Err(Invalid::NotAName), "{name}");
    }
    for (path, character) in [
        ("../../etc/passwd", '/'),
        ("a/b.txt", '/'),
        ("C:\\boot.txt", '\\'),
    ] {
        assert_eq!(kept(path), Err(Invalid::Character { character }), "{path}");
    }
    assert_eq!(kept(" "), Err(Invalid::Blank));
    assert!(kept(&"ñ".repeat(255)).is_ok());
    assert_eq!(
        kept(&"🙂".repeat(129)),
        Err(Invalid::TooManyBytes { max: 512 })
    );
    assert_eq!(kept(&"ñ".repeat(256)), Err(Invalid::TooLong { max: 255 }));
}

#[test]
fn what_deceives_is_refused_by_its_name() {
    for (name, character) in [
        ("photo\u{202e}gpj.txt", '\u{202e}'),
        ("photo\u{202a}gpj.txt", '\u{202a}'),
        ("a\u{2066}b.txt", '\u{2066}'),
        ("a\u{2069}b.txt", '\u{2069}'),
        ("a\nb.txt", '\n'),
        ("a\0.txt", '\0'),
        ("a\u{9f}.txt", '\u{9f}'),
        ("a\u{2028}.txt", '\u{2028}'),
        ("a\u{200b}.txt", '\u{200b}'),
        ("a\u{3164}.txt", '\u{3164}'),
        ("a.exe\u{ad}", '\u{ad}'),
        ("a\u{e0041}.txt", '\u{e0041}'),
        ("🏴a\u{e0067}.txt", '\u{e0067}'),
    ] {
        assert_eq!(
            kept(name),
            Err(Invalid::Character { character }),
            "{name:?}"
        );
    }
}

#[test]
fn names_that_people_have_are_taken() {
    for name in [
        // Persian, Hindi, a family, a heart, a flag, a variant of an ideograph.
        "می\u{200c}خواهم.pdf",
        "क्\u{200d}ष.txt",
        "👨\u{200d}👩\u{200d}👧.png",
        "❤\u{fe0f}\u{200d}🔥.png",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}.png",
        "葛\u{e0100}城.pdf",
    ] {
        assert_eq!(kept(name), Ok(name.into()), "{name:?}");
    }
    for (given, name) in [
        ("\u{200e}IMG_0001.jpg", "IMG_0001.jpg"),
        ("لقطة\u{200f} الشاشة\u{200e}.png", "لقطة الشاشة.png"),
        ("a\u{61c}.txt", "a.txt"),
        // Where they join nothing, joiners only hide.
        ("a\u{200d}b\u{200c}.txt", "ab.txt"),
        ("\u{200d}a.txt", "a.txt"),
        ("é\u{200d}\u{200d}é.txt\u{200c}", "é\u{200d}é.txt"),
        ("Screenshot 10:30:15.png", "Screenshot 10-30-15.png"),
        ("a.txt:x", "a.txt-x"),
        ("  a.txt \n", "a.txt"),
        // As a Mac writes it.
        ("Espan\u{303}a.pdf", "España.pdf"),
        ("\u{1112}\u{1161}\u{11ab}.txt", "한.txt"),
    ] {
        assert_eq!(kept(given), Ok(name.into()), "{given:?}");
    }
}

#[test]
fn nothing_a_double_click_would_run_has_a_filename() {
    for name in [
        "setup.exe",
        "SETUP.EXE",
        "invoice.pdf.exe",
        "a.exe.",
        "a.exe . ",
        "a. exe",
        "a.exe\u{200e}",
        "a.e\u{200d}xe",
        "page.html",
        "logo.svg",
        "run.ps1",
        "x.lnk",
        "report.xll",
        "notes.one",
        "office.rdp",
        "setup.appinstaller",
        "help.diagcab",
        "dark.theme",
        "dark.deskthemepack",
        "server.udl",
        "a.SettingContent-ms",
        "a.searchConnector-ms",
        "a.wsb",
        "a.iqy",
        "macros.xlsm",
        "disk.iso",
        "vpn.mobileconfig",
        "desktop.ica",
        "macro.ahk",
    ] {
        assert_eq!(kept(name), Err(Invalid::Dangerous), "{name}");
    }
    for name in ["data.bin", "factura.xml", "cert.pem", "a.exe.txt"] {
        assert_eq!(kept(name), Ok(name.into()));
    }
    assert!(
        Filename::RUN.split(' ').is_sorted(),
        "the list is in order, so that its reader finds what is missing"
    );
}

#[test]
fn an_ending_is_what_a_system_goes_by() {
    let ending = |name: &str| {
        let name = Filename::parse(name).expect("a name");
        name.ending().map(str::to_owned)
    };
    assert_eq!(ending("a.tar.gz"), Some("gz".into()));
    assert_eq!(ending("A.PNG. "), Some("PNG".into()));
    assert_eq!(ending("README"), None);
}
