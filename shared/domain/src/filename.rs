//! What people call files.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

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

    /// What a double click would run: programs, scripts, shortcuts, installers, images of disks, documents with macros, and
    /// documents a browser runs scripts in.
    const RUN: &str = "\
        accda accdb accde accdr action ade adp ahk air apk app appcontent-ms appimage appinstaller applescript \
        application appref-ms appx appxbundle asp aspx asx au3 bas bash bat bgi cab cdxml chm cjs cmd cnt com \
        command configprofile contact cpl crx csh deb deskthemepack desktop diagcab diagcfg diagpack diagpkg dll \
        dmg docm dotm dqy drv efi ex_ exe fileloc fish flatpak flatpakref fxp gadget grp hlp hpj hta htc htm \
        html htr ica img inetloc inf ins ipa iqy iso isp its jar jnlp js jse jsp jspx jxa kext ksh library-ms \
        lnk mad maf mag mam maq mar mas mau mav maw mda mdb mde mdt mdw mdz mht mhtml mjs mobileconfig mpkg msc \
        msh msh1 msh1xml msh2 msh2xml mshxml msi msix msixbundle msm msp msrcincident mst msu nsh ocx odc one \
        onepkg onetoc onetoc2 ops oqy osax osd osx otm pcd phar pif pkg pl plg potm ppa ppam ppkg ppsm pptm \
        prefpane prf prg printerexport provisionprofile ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 psm1 pssc py \
        pyc pyo pyw pyz pyzw rb rdg rdp reg remoteapp remoteapp-ms rpm rqy run saver scf scpt scptd scr sct \
        search-ms searchconnector-ms settingcontent-ms sfx sh shb shs shtml sldm slk sparsebundle sparseimage \
        svg svgz swf sys terminal theme themepack toast u3p udf udl url vb vbe vbp vbs vhd vhdx vsix vsmacros \
        vsto vsw vxd webloc webpnp website wim wiz wll workflow ws wsb wsc wsf wsh xap xbap xht xhtml xla xlam \
        xll xlm xlsb xlsm xltm xnk xpi xsl xslt zsh";

    /// A name that is no path, hides nothing (control characters, characters that turn the reading direction), and does
    /// not end in what a double click would run.
    ///
    /// It is kept in NFC and without white space around it, whatever system it comes from. Characters that people's names
    /// have without their knowing are taken: what joins letters and emoji stays where it joins something, marks of direction
    /// that phones write are left out, and a colon, which Windows cannot save and which names a stream there, becomes `-`.
    pub fn parse(text: impl Into<String>) -> Result<Self, Invalid> {
        let text: String = text.into();
        within(&text, usize::MAX)?;
        let name = Self::cleaned(text.trim().nfc())?;
        let name = name.trim();
        within(name, Self::MAX)?;
        if name.len() > Self::MAX_BYTES {
            let max = Self::MAX_BYTES;
            return Err(Invalid::TooManyBytes { max });
        }
        let name = Self(name.into());
        if name.end().is_empty() {
            return Err(Invalid::NotAName);
        }
        let runs = |ending: &str| {
            Self::RUN
                .split(' ')
                .any(|runs| ending.eq_ignore_ascii_case(runs))
        };
        if name.ending().is_some_and(runs) {
            return Err(Invalid::Dangerous);
        }
        Ok(name)
    }

    fn cleaned(characters: impl Iterator<Item = char>) -> Result<String, Invalid> {
        let mut name = String::new();
        for character in characters {
            let last = name.chars().next_back();
            match character {
                ':' => name.push('-'),
                // Marks of direction: alone they turn nothing around.
                '\u{61c}' | '\u{200e}' | '\u{200f}' => {}
                // Joiners, and variants of ideographs: only after what can be joined, or varied.
                '\u{200c}' | '\u{200d}' | '\u{e0100}'..='\u{e01ef}' => {
                    if last.is_some_and(|last| !last.is_ascii() && !Self::joins(last)) {
                        name.push(character);
                    }
                }
                // The flags of England, Scotland and Wales are a black flag and their country's name in these.
                '\u{e0020}'..='\u{e007f}'
                    if last.is_some_and(|last| {
                        matches!(last, '\u{1f3f4}' | '\u{e0020}'..='\u{e007e}')
                    }) =>
                {
                    name.push(character);
                }
                other if Self::deceives(other) => {
                    return Err(Invalid::Character { character: other });
                }
                other => name.push(other),
            }
        }
        let end = name.trim_end_matches(|last: char| last.is_whitespace() || Self::joins(last));
        Ok(end.into())
    }

    fn joins(character: char) -> bool {
        matches!(character, '\u{200c}' | '\u{200d}')
    }

    /// Whether a character leads elsewhere, is not seen, or turns the others around.
    fn deceives(character: char) -> bool {
        let leads_elsewhere = matches!(character, '/' | '\\');
        let is_unseen = matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}'
                | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        );
        let turns = matches!(
            character,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
        );
        leads_elsewhere || is_unseen || turns || character.is_control()
    }

    /// The name without the dots and spaces at its end: Windows drops them, and saves `a.exe.` as `a.exe`.
    fn end(&self) -> &str {
        self.0
            .trim_end_matches(|last: char| last == '.' || last.is_whitespace())
    }

    /// What follows its last dot, by which a system chooses the program that opens it.
    pub fn ending(&self) -> Option<&str> {
        let (_, ending) = self.end().rsplit_once('.')?;
        Some(ending.trim())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
