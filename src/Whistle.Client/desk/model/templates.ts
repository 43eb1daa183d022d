/**
 * Beginnings of letters, in the languages in which sources write. They promise nothing that the law does not; what stands in
 * square brackets is for the writer to fill in.
 */
export const templateKinds = ["acknowledgement", "more", "meeting", "feedback", "closing"] as const;
export type TemplateKind = (typeof templateKinds)[number];

type Templates = Readonly<Record<TemplateKind, string>>;

const templates: Readonly<Record<string, Templates>> = {
  en: {
    acknowledgement: "We have received and read your report. We are looking into it and will tell you what has come of it by the date at the top of this page. You can write to us here at any time.",
    more: "Thank you. To go on we would like to understand some points better. Answer what you can and want to; leave out whatever could show who you are.",
    meeting: "We would like to talk with you. You decide whether, where and how: in person, by telephone without showing your number, or here in writing. We suggest [day and place].",
    feedback: "This is what we have done about your report so far: [steps]. This is what we have found, as far as we may tell you: [findings]. This is what comes next: [next].",
    closing: "We have closed our work on your report. The result, as far as we may tell you: [result]. If you see it otherwise, or if something happens to you because of it, write to us here, or to the authorities that are named on this page.",
  },
  de: {
    acknowledgement: "Wir haben Ihre Meldung erhalten und gelesen. Wir gehen ihr nach und sagen Ihnen bis zu dem Tag, der oben auf dieser Seite steht, was daraus geworden ist. Sie können uns hier jederzeit schreiben.",
    more: "Danke. Um weiterzukommen, möchten wir einige Punkte besser verstehen. Antworten Sie, worauf Sie können und wollen; lassen Sie weg, was zeigen könnte, wer Sie sind.",
    meeting: "Wir möchten mit Ihnen sprechen. Sie entscheiden, ob, wo und wie: persönlich, am Telefon ohne Ihre Nummer, oder hier schriftlich. Wir schlagen vor: [Tag und Ort].",
    feedback: "Das haben wir wegen Ihrer Meldung bisher getan: [Schritte]. Das haben wir festgestellt, soweit wir es Ihnen sagen dürfen: [Ergebnisse]. So geht es weiter: [Nächstes].",
    closing: "Wir haben die Arbeit an Ihrer Meldung abgeschlossen. Das Ergebnis, soweit wir es Ihnen sagen dürfen: [Ergebnis]. Wenn Sie es anders sehen oder Ihnen deswegen etwas geschieht, schreiben Sie uns hier oder den Behörden, die auf dieser Seite stehen.",
  },
  fr: {
    acknowledgement: "Nous avons reçu et lu votre signalement. Nous l’examinons et vous dirons ce qu’il en est advenu avant la date indiquée en haut de cette page. Vous pouvez nous écrire ici à tout moment.",
    more: "Merci. Pour avancer, nous aimerions mieux comprendre certains points. Répondez à ce que vous pouvez et voulez ; laissez de côté ce qui pourrait montrer qui vous êtes.",
    meeting: "Nous aimerions parler avec vous. Vous décidez si, où et comment : en personne, par téléphone sans montrer votre numéro, ou ici par écrit. Nous proposons [jour et lieu].",
    feedback: "Voici ce que nous avons fait jusqu’ici : [étapes]. Voici ce que nous avons constaté, dans la mesure où nous pouvons vous le dire : [constats]. Voici la suite : [suite].",
    closing: "Nous avons clos notre travail sur votre signalement. Le résultat, dans la mesure où nous pouvons vous le dire : [résultat]. Si vous n’êtes pas d’accord, ou s’il vous arrive quelque chose à cause de lui, écrivez-nous ici ou aux autorités nommées sur cette page.",
  },
  ar: {
    acknowledgement: "تلقّينا بلاغك وقرأناه. نحن ننظر فيه وسنخبرك بما آل إليه قبل التاريخ المذكور في أعلى هذه الصفحة. يمكنك أن تكتب إلينا هنا في أي وقت.",
    more: "شكرًا لك. لكي نمضي قدمًا نودّ أن نفهم بعض النقاط فهمًا أفضل. أجب عمّا تستطيع وتريد، واترك كل ما قد يدلّ عليك.",
    meeting: "نودّ أن نتحدث معك. أنت تقرر هل وأين وكيف: حضوريًا، أو بالهاتف دون إظهار رقمك، أو هنا كتابةً. نقترح [اليوم والمكان].",
    feedback: "هذا ما فعلناه حتى الآن بشأن بلاغك: [الخطوات]. وهذا ما توصلنا إليه بقدر ما يجوز لنا أن نخبرك: [النتائج]. وهذا ما سيأتي: [التالي].",
    closing: "أنهينا عملنا على بلاغك. النتيجة بقدر ما يجوز لنا أن نخبرك: [النتيجة]. إن كنت ترى غير ذلك، أو أصابك شيء بسببه، فاكتب إلينا هنا أو إلى السلطات المذكورة في هذه الصفحة.",
  },
};

/** Languages that have templates, by tag. */
export const templateLanguages: readonly string[] = Object.keys(templates);

/** In this language, else in English, and which of the two it is. */
export function template(kind: TemplateKind, lang: string): { readonly text: string; readonly lang: string } {
  const tag = lang.split("-")[0] ?? lang;
  const found = Object.hasOwn(templates, tag) ? tag : "en";
  return { text: templates[found]?.[kind] ?? "", lang: found };
}
