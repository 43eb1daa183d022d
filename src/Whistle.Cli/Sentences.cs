namespace Whistle.Cli;

/// <summary>What a stable code means, in plain words. Codes are for scripts; nobody should have to look one up.</summary>
internal static class Sentences
{
    public static string Of(string code, params IReadOnlyList<string> details)
    {
        var list = string.Join(", ", details);
        return code switch
        {
            "usage" => "The command was not understood. Add --help to see what it takes.",
            "arguments-unknown" => "There is an argument too many, or an option that this command does not have. Words and "
                + "passphrases never go there: the shell keeps what you typed. If you just did, clear its history.",
            "options-exclude" => $"These options can't be used together: {list}.",
            "interrupted" => "Stopped. Nothing that the server had not acknowledged was kept there.",
            "file-unreadable" => $"The file given with {list} could not be read.",
            "file-not-text" => $"The file given with {list} is not text in UTF-8.",
            "file-exists" => $"The file given with {list} exists already. It was left as it is; choose another name.",
            "file-unwritable" => $"The file given with {list} could not be written.",
            "passphrase-missing" => "There was no passphrase to read.",
            "passphrase-wrong" => "This passphrase does not open the file. Check its words and their order.",
            "key-file-malformed" => "The key file is damaged, or it is no key file.",
            "key-file-not-locked" => "The key file has no passphrase. If that is meant, say so with --plain-key.",
            "key-name-malformed" => "A key's name has no spaces and no plus sign, and at most 100 characters.",
            "root-key-malformed" => "This is not a root key, or it is damaged.",
            "key-not-in-root" => "This key is not one of the root keys. It was not used.",
            "not-confirmed" => "Nothing was signed or sent: it was not confirmed. Without a terminal, confirm with the options that --help names.",
            "readers-not-confirmed" => "Nothing was sealed or sent: nobody agreed to the people who could open it. They stand above. "
                + $"To send to exactly them, add --directory {list}; to send to whomever the directory lists, add --yes.",
            "directory-differs" => "The portal has another directory than the one you looked at. Nothing was sent. Look at the names anew.",
            "directory-hash-malformed" => "The hash of a directory has 64 digits from 0 to 9 and a to f.",
            "no-custodians" => "Nobody is left who may be told who you are: every custodian of this channel is left out, or there is none. Nothing was sent.",
            "identity-file-malformed" => "The file given with --identity holds two lines, name and contact, or JSON with these two.",
            "identity-too-long" => "A name has at most 200 bytes and a contact at most 500.",
            "previous-missing" => "To see what changes, the version before is needed: give it with --previous.",
            "previous-differs" => "The version given with --previous is not the one that this directory follows.",
            "fingerprint-malformed" => "A root fingerprint has 64 digits from 0 to 9 and a to f.",
            "words-unknown-word" => details.Count == 1
                ? $"These words don't fit together. Check word {list}: it is not on the word list."
                : $"These words don't fit together. Check words {list}: they are not on the word list.",
            "words-count" => $"A receipt has twelve words; there are {list} here.",
            "words-checksum" => "These words don't fit together. All are on the word list, so one is another word or two have changed places.",
            "words-unknown" => "No mailbox opens with these words. They may be for another portal, or the mailbox was burnt.",
            "directory-malformed" => "The directory is damaged. Nothing was sent.",
            "directory-root-mismatch" => "The directory stands under another root than the one you named. Somebody may be posing as the portal. Nothing was sent.",
            "directory-under-signed" => "Too few root holders signed this directory. Nothing was sent.",
            "directory-rolled-back" => "The portal shows an older directory than before. Nothing was sent.",
            "directory-expired" => "The directory has expired: its list of people can no longer be trusted. Nothing was sent. Try again when the portal has a new one.",
            "directory-origin" => "The directory is not for this address. Somebody may have copied the portal. Nothing was sent.",
            "no-directory" => "This portal is not set up yet: it has no directory.",
            "document-hash" => "The portal's questions are not those that the root holders signed. Nothing was sent.",
            "document-malformed" => "The portal's questions could not be read. Nothing was sent.",
            "root-not-confirmed" => "Nothing was sent. Compare the root fingerprint with a trusted source and give it with --root.",
            "channel-unknown" => details.Count == 0 ? "The portal no longer has this channel." : $"There is no such channel. There are: {list}.",
            "channel-missing" => $"Say with --channel who should hear it. There are: {list}.",
            "channel-ambiguous" => $"Several channels have this name. Give the id: {list}.",
            "exclude-unknown" => $"Nobody of this channel fits the {list}. name or id given with --exclude. Nothing was sent, so that nobody reads it by mistake.",
            "exclude-ambiguous" => $"Several people fit the {list}. name given with --exclude. Give the id.",
            "nobody-left" or "no-readers" => "Everybody is left out: nobody could open the tip.",
            "seal-to-excluded" => "This would have been readable by somebody whom you left out. Nothing was sent.",
            "answers-malformed" => "The answers must be a JSON object with one text or list of texts per question.",
            "answers-invalid" => $"Some answers don't fit their questions: {list}.",
            "title-missing" => "A tip needs a title: give it with --title or among the answers.",
            "text-missing" => "There is nothing to send: the message is empty.",
            "message-too-long" or "sheet-too-long" => "The text is too long to be sealed. Shorten it, or attach it as a file.",
            "attachments-too-many" => "At most 64 files can go with one message.",
            "attachments-too-large" => "Files of one message have at most 25 MB together.",
            "file-changed" => "A file changed while it was being sealed. Nothing was sent.",
            "proxy-malformed" => "A proxy is given as socks5://host:port.",
            "server-malformed" => "A server is given as https://host, without a path.",
            "https-needed" => "Plain http is used for this machine and for onion services only.",
            "onion-needs-proxy" => "An onion address is reached through Tor: add --proxy socks5://127.0.0.1:9050.",
            "no-network" => "The server did not answer. Your text is still here. Try again later.",
            "answer-lost" => "The connection broke while the tip was on its way. It may have arrived, and its words are lost. "
                + "Your text is still here: send it again, and say in it that it may be there twice.",
            "answer-malformed" => "The server's answer was not understood. Nothing was taken on its word.",
            "promise-malformed" or "promise-unsigned" or "promise-differs" =>
                "The server's promise does not hold: it is not signed by the key of the directory, or it is about something else. Do not count on this tip having arrived.",
            "state-damaged" or "state-malformed" or "state-differs" =>
                "What you left in the mailbox when you sent the tip is damaged or missing. Do not trust what this server shows.",
            "thread-broken" => "Part of the conversation does not hold: it is marked above. Do not rely on those parts.",
            "reply-not-verified" => "Part of the conversation does not hold: it is marked above. Do not rely on those parts.",
            "identity-malformed" => "The identity file holds no key of the kind AGE-SECRET-KEY-PQ-1….",
            "seal-not-for-you" => "This identity does not open the case: it was not sealed to it.",
            "seal-malformed" or "seal-damaged" or "case-key-malformed" or "case-id-differs" => "The case key is damaged, or it is not one.",
            "root-missing" => "To check signatures, a root is needed: give --directory or --root.",
            "first-message-missing" => "The source's first message is not among the files. Without it nothing in the case can be checked.",
            "folder-exists" => "The folder given with --out exists and is not empty. It was left as it is.",
            "too-many-left-out" => "More people are left out than a tip can name. Leave out fewer.",
            "state-too-long" => "There are too many readers to keep a list of. Ask the portal's admin for a smaller channel.",
            "session-over" => "The portal forgot the words meanwhile, for your safety. Start again; nothing that was sent is lost.",
            "challenge-expired" or "challenge-used" or "challenge-invalid" or "work-wrong" => "The portal did not accept the proof that goes with it, perhaps because it took too long. Try again.",
            "directory-unknown" or "directory-superseded" => "The portal has a new directory meanwhile. Nothing was sent. Try again, and look at the names anew.",
            "origin-unknown" => "The portal does not answer for this address. Use the one that is printed on its page.",
            "upload-too-large" or "upload-differs" or "part-differs" or "attachment-unknown" => "The portal did not take the files. The message was not sent. Try again.",
            "message-differs" or "out-of-sequence" => "Somebody wrote with these words meanwhile. Read the conversation again, then send.",
            "mailbox-taken" => "The server says that this mailbox exists with another tip. Send again from the beginning.",
            "too-many-requests" => "The server asks to wait. Try again in a few minutes.",
            _ when code.StartsWith("http-", StringComparison.Ordinal) => "The server did not accept this, without saying why.",
            _ => "This was refused.",
        };
    }
}
