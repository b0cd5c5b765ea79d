//! What people call files.

use serde::{Deserialize, Serialize};

use crate::Invalid;
use crate::characters::within;

/// What a person calls a file: 1–255 characters that look like what they are and name no place.
///
/// It is only ever shown, and offered by a browser as the name to save under; no path and no object is called so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Filename(String);

impl Filename {
    /// The most characters it may have.
    pub const MAX: usize = 255;
    /// The most bytes it may have in UTF-8: it is part of a URL, in which each can become five characters.
    pub const MAX_BYTES: usize = 512;

    /// What a double click would run: programs, scripts, shortcuts, and documents a browser runs scripts in.
    const RUN: &str = "\
        action apk app appimage application appref-ms appx appxbundle bash bat bin chm cmd com command cpl \
        csh deb desktop dll dmg docm dotm exe fileloc gadget hta htm html img inetloc inf ins ipa iqy iso \
        jar jnlp js jse ksh library-ms lnk mht mhtml mjs msc msi msix msixbundle msp mst ocx osx pif pkg pl \
        potm ppam ppsm pptm ps1 psm1 py pyw pyz rb reg rpm run scf scr sct search-ms settingcontent-ms sh \
        shb shs shtml slk svg svgz swf sys terminal url vb vbe vbs vhd vhdx webloc website workflow ws wsc \
        wsf wsh xht xhtml xlam xlsb xlsm xltm xml xsl xslt zsh";

    /// A name that is no path, hides nothing (control characters, characters that turn the reading direction), and does
    /// not end in what a double click would run.
    pub fn parse(text: impl Into<String>) -> Result<Self, Invalid> {
        let text = text.into();
        within(&text, Self::MAX)?;
        if text.len() > Self::MAX_BYTES {
            let max = Self::MAX_BYTES;
            return Err(Invalid::TooManyBytes { max });
        }
        // Windows drops dots and spaces at the end: `a.exe.` is saved as `a.exe`.
        let end = text.trim_end_matches(['.', ' ']);
        if text.chars().any(Self::deceives) || end.is_empty() || end.starts_with(' ') {
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

    /// Whether a character leads elsewhere, is not seen, or turns the others around.
    fn deceives(character: char) -> bool {
        let leads_elsewhere = matches!(character, '/' | '\\' | ':');
        let is_unseen = matches!(
            character,
            '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{2028}' | '\u{2029}' | '\u{3164}' | '\u{feff}'
                | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        );
        let turns = matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
        );
        leads_elsewhere || is_unseen || turns || character.is_control()
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
            "a.txt:x",
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
            "a\u{3164}.txt",
            "a.exe\u{ad}",
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
            Filename::parse("🙂".repeat(129)),
            Err(Invalid::TooManyBytes { max: 512 })
        );
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
