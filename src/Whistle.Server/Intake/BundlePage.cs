using System.Text;
using System.Text.Encodings.Web;
using Whistle.Protocol;

namespace Whistle.Server.Intake;

/// <summary>
/// The pages of the lane without scripts, in every language of the source's side at once: nothing of the browser is read to
/// choose one. They run no script, load nothing but the style sheet, and can send to this server alone.
/// </summary>
internal static class BundlePage
{
    public const string Policy =
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    private sealed record Words(string Language, string Title, string Text);

    private static readonly Words[] Ask =
    [
        new("en", "Hand in a sealed file", "This form takes one thing: a file that the command line sealed on your own device (whistle tip new --out). Anything else is refused and not kept. Choose no other file: it would travel unsealed."),
        new("de", "Eine verschlossene Datei abgeben", "Dieses Formular nimmt nur eines an: eine Datei, die das Kommandozeilenprogramm auf Ihrem eigenen Gerät verschlossen hat (whistle tip new --out). Alles andere wird abgelehnt und nicht aufbewahrt. Wählen Sie keine andere Datei: Sie ginge offen auf den Weg."),
        new("fr", "Remettre un fichier scellé", "Ce formulaire n’accepte qu’une chose\u00a0: un fichier scellé sur votre propre appareil par l’outil en ligne de commande (whistle tip new --out). Tout le reste est refusé et n’est pas conservé. Ne choisissez aucun autre fichier\u00a0: il voyagerait en clair."),
        new("ar", "تسليم ملف مُقفَل", "لا تقبل هذه الاستمارة إلا شيئًا واحدًا: ملفًا أقفلته أداة سطر الأوامر على جهازك أنت (whistle tip new --out). كل ما عداه يُرفض ولا يُحفظ. لا تختر أي ملف آخر، فقد ينتقل مكشوفًا."),
    ];

    private static readonly Words[] Arrived =
    [
        new("en", "It has arrived", "The server has signed the promise below. Copy it and keep it. The words that you were shown when you sealed the file bring you back to the answers, at the address of this page. Now delete the file."),
        new("de", "Sie ist angekommen", "Der Server hat das Versprechen hierunter unterschrieben. Kopieren Sie es und bewahren Sie es auf. Die Wörter, die Sie beim Verschließen bekommen haben, bringen Sie unter der Adresse dieser Seite zu den Antworten zurück. Löschen Sie jetzt die Datei."),
        new("fr", "Le fichier est arrivé", "Le serveur a signé la promesse ci-dessous. Copiez-la et gardez-la. Les mots qui vous ont été montrés au moment de sceller le fichier vous ramènent aux réponses, à l’adresse de cette page. Supprimez maintenant le fichier."),
        new("ar", "لقد وصل الملف", "وقّع الخادم الوعد أدناه. انسخه واحتفظ به. الكلمات التي ظهرت لك عند إقفال الملف تعيدك إلى الردود على عنوان هذه الصفحة. احذف الملف الآن."),
    ];

    private static readonly Words[] NotSealed =
    [
        new("en", "Nothing was kept", "This was no sealed file, or it is damaged. Seal your report again with the command line and hand in the file that it writes."),
        new("de", "Nichts wurde aufbewahrt", "Das war keine verschlossene Datei, oder sie ist beschädigt. Verschließen Sie Ihre Meldung noch einmal mit dem Kommandozeilenprogramm und geben Sie die Datei ab, die es schreibt."),
        new("fr", "Rien n’a été conservé", "Ce n’était pas un fichier scellé, ou il est endommagé. Scellez à nouveau votre signalement avec l’outil en ligne de commande et remettez le fichier qu’il écrit."),
        new("ar", "لم يُحفظ أي شيء", "لم يكن هذا ملفًا مُقفَلًا، أو أنه تالف. أقفل بلاغك من جديد بأداة سطر الأوامر وسلّم الملف الذي تكتبه."),
    ];

    private static readonly Words[] OldDirectory =
    [
        new("en", "Nothing was kept", "The people whom this file was sealed to may no longer be the right ones: their list was replaced or has expired. Seal your report again."),
        new("de", "Nichts wurde aufbewahrt", "Die Personen, für die diese Datei verschlossen wurde, sind vielleicht nicht mehr die richtigen: Ihr Verzeichnis wurde ersetzt oder ist abgelaufen. Verschließen Sie Ihre Meldung noch einmal."),
        new("fr", "Rien n’a été conservé", "Les personnes pour qui ce fichier a été scellé ne sont peut-être plus les bonnes\u00a0: leur liste a été remplacée ou a expiré. Scellez à nouveau votre signalement."),
        new("ar", "لم يُحفظ أي شيء", "ربما لم يعد الأشخاص الذين أُقفل هذا الملف لهم هم المعنيين: استُبدلت قائمتهم أو انتهت صلاحيتها. أقفل بلاغك من جديد."),
    ];

    private static readonly Words[] Other =
    [
        new("en", "Nothing was kept", "The server refused it for the reason below."),
        new("de", "Nichts wurde aufbewahrt", "Der Server hat sie aus dem Grund hierunter abgelehnt."),
        new("fr", "Rien n’a été conservé", "Le serveur l’a refusé pour la raison ci-dessous."),
        new("ar", "لم يُحفظ أي شيء", "رفضه الخادم للسبب أدناه."),
    ];

    /// <summary>The form.</summary>
    public static ContentHttpResult Form(HttpContext http) => Answer(http, StatusCodes.Status200OK, Ask, $"""
        <form class="stack" method="post" action="/api/source/bundles" enctype="multipart/form-data">
          <p><label for="file">report.whistle</label> <input class="input" id="file" name="{HandInBundle.Field}" type="file" accept=".whistle" required></p>
          <p><button class="button button-main" type="submit"><span>Send · <span lang="de">Senden</span> · <span lang="fr">Envoyer</span> · <span lang="ar">إرسال</span></span></button></p>
        </form>
        """);

    /// <summary>It is on disk, and this is the signed promise.</summary>
    public static ContentHttpResult Taken(HttpContext http, byte[] promise) => Answer(
        http, StatusCodes.Status200OK, Arrived, $"""<pre class="promise" tabindex="0" dir="ltr">{Encode(Encoding.UTF8.GetString(promise))}</pre>""");

    /// <param name="http">The request.</param>
    /// <param name="refusal">Its code is shown.</param>
    /// <param name="day">The day that matters of an old directory, if it is one.</param>
    public static ContentHttpResult Refused(HttpContext http, Refusal refusal, Day? day) => Answer(
        http, refusal.Status,
        refusal.Code switch
        {
            "directory-expired" or "directory-superseded" or "directory-unknown" => OldDirectory,
            "mailbox-taken" or "work-wrong" or "origin-unknown" or "channel-unknown" or "server-error" => Other,
            _ => NotSealed,
        },
        $"""<p class="code" dir="ltr">{refusal.Code}{(day is { } d ? " " + d : "")}</p><p><a href="/bundle">↩ report.whistle</a></p>""");

    private static ContentHttpResult Answer(HttpContext http, int status, Words[] words, string main)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        var page = new StringBuilder("""
            <!doctype html>
            <html lang="en">
              <head>
                <meta charset="utf-8">
                <title>Contact form</title>
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="referrer" content="no-referrer">
                <meta name="robots" content="noindex">
                <link rel="icon" href="data:,">
                <link rel="stylesheet" href="/assets/source.css">
              </head>
              <body>
                <main class="fallback">
                  <p><a class="button" href="https://www.wikipedia.org/" rel="noreferrer"><span>Leave · <span lang="de">Verlassen</span> · <span lang="fr">Quitter</span> · <span lang="ar">مغادرة</span></span></a></p>

            """);
        for (var i = 0; i < words.Length; i++)
        {
            var (language, title, text) = words[i];
            var heading = i == 0 ? "h1" : "h2";
            page.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"""<section lang="{language}"{(language is "ar" ? " dir=\"rtl\"" : "")}><{heading}>{title}</{heading}><p>{text}</p></section>""").Append('\n');
        }
        page.Append(main).Append("\n</main></body></html>\n");
        return TypedResults.Text(page.ToString(), "text/html; charset=utf-8", Encoding.UTF8, status);
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
