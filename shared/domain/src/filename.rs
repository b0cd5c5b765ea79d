//! What people call files.

use serde::{Deserialize, Serialize};

use crate::Invalid;
use crate::text::within;

/// What a person calls a file: 1–255 characters that look like what they are and name no place.
///
/// It is only ever shown, and offered by a browser as the name to save under; no path and no object is called so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Filename(String);

impl Filename {
    /// The most characters it may have.
    pub const MAX: usize = 255;

    /// What a double click would run: programs, scripts, shortcuts, and documents a browser runs scripts in.
    const RUN: &str = "\
        action apk app appimage application appref-ms bat bin chm cmd com command cpl deb desktop dll dmg \
        docm dotm exe gadget hta htm html img inf ins ipa iso jar jnlp js jse ksh lnk mht mhtml mjs msc msi \
        msix msp mst ocx osx pif pkg potm ppam ppsm pptm ps1 psm1 py reg rpm run scf scr sct sh shb shs \
        shtml svg svgz swf sys terminal url vb vbe vbs vhd vhdx workflow ws wsc wsf wsh xht xhtml xlam xlsm \
        xltm";

    /// A name that is no path, hides nothing (control characters, characters that turn the reading direction), and does
    /// not end in what a double click would run.
    pub fn parse(text: impl Into<String>) -> Result<Self, Invalid> {
        let text = text.into();
        within(&text, Self::MAX)?;
        let deceives = |c: char| {
            matches!(c, '/' | '\\' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
                || c.is_control()
        };
        // Windows drops dots and spaces at the end: `a.exe.` is saved as `a.exe`.
        let end = text.trim_end_matches(['.', ' ']);
        if text.chars().any(deceives) || end.is_empty() || end.starts_with(' ') {
            return Err(Invalid::NotAName);
        }
        let extension = end.rsplit_once('.').map(|(_, extension)| extension.trim());
        let runs = |extension: &str| {
            Self::RUN
                .split(' ')
                .any(|runs| extension.eq_ignore_ascii_case(runs))
        };
        if extension.is_some_and(runs) {
            return Err(Invalid::Dangerous);
        }
        Ok(Self(text))
    }

    /// The name, verbatim.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(Filename::parse(name).map(|name| name.0), Ok(name.into()));
        }
        for path in [
            "../../etc/passwd",
            "a/b.txt",
            "C:\\boot.txt",
            "..",
            ".",
            " . ",
            " a.txt",
        ] {
            assert_eq!(Filename::parse(path), Err(Invalid::NotAName), "{path}");
        }
        for deceit in [
            "photo\u{202e}gpj.txt",
            "a\u{2066}b.txt",
            "a\nb.txt",
            "a\0.txt",
            "a\u{200f}.txt",
            "a\u{2028}.txt",
        ] {
            assert_eq!(
                Filename::parse(deceit),
                Err(Invalid::NotAName),
                "{deceit:?}"
            );
        }
        assert_eq!(Filename::parse(" "), Err(Invalid::Blank));
        assert!(Filename::parse("ñ".repeat(255)).is_ok());
        assert_eq!(
            Filename::parse("ñ".repeat(256)),
            Err(Invalid::TooLong { max: 255 })
        );
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
            "page.html",
            "logo.svg",
            "run.ps1",
            "x.lnk",
        ] {
            assert_eq!(Filename::parse(name), Err(Invalid::Dangerous), "{name}");
        }
        assert!(
            Filename::RUN.split(' ').is_sorted(),
            "the list is in order, so that its reader finds what is missing"
        );
    }
}
