/** Français : l’abonnement d’une famille. */

import type { plans as dutch, planErrors as dutchErrors } from './nl.plans'

export const plans: typeof dutch = {
  plans: {
    title: 'L’abonnement', kinds: { trial: 'Période d’essai', home: 'Abonnement avec Home Station', family: 'Abonnement sans Home Station' }, other: 'Un abonnement',
    until: (day) => `Payé jusqu’au ${day} inclus.`, trial: (day) => `Vous pouvez tout essayer jusqu’au ${day} inclus.`, next: (what, day) => `Après le ${day} : ${what}.`, soon: 'Les jours arrivent dans un instant.',
    grace: (ended, until) => `L’abonnement a duré jusqu’au ${ended}. Écrire reste possible jusqu’au ${until}. On ne peut plus ajouter de photos, de films ni de fichiers.`,
    readOnly: (ended) => `L’abonnement a duré jusqu’au ${ended}. Vous pouvez tout lire et tout emporter. Écrire et ajouter des photos redevient possible avec un nouveau code.`, nothingLost: 'Rien n’est effacé parce que ce n’est pas payé. Effacer ce qui est à vous et quitter la famille reste toujours possible.',
    askAdmin: (who) => `Demandez à ${who} de saisir un nouveau code.`, takeAlong: 'Tout emporter', enter: 'Saisir un code', code: 'Code de la boutique', help: 'Seize lettres, par exemple BCDF-GHJK-LMNP-QRST. Le code est dans l’e-mail de la boutique ou sur une carte dans la boîte.', ahead: 'Vous pouvez le saisir dès maintenant : les jours s’ajoutent à la fin et aucun n’est perdu.', fromEnd: (day) => `Les nouveaux jours comptent à partir du ${day}, le dernier jour payé.`,
    change: 'Commencer tout de suite. Ce qui reste de l’autre abonnement vient après.', go: 'Utiliser le code', done: (day) => `C’est fait. Payé jusqu’au ${day} inclus.`, which: 'Pour quelle famille est ce code ?', notYours: 'Seule une personne qui gère une famille peut saisir un code.', private: 'Le code ne dit pas qui l’a acheté. La boutique ne sait pas quelle famille l’utilise.',
    closedTalk: 'Vous pouvez encore lire. Écrire redevient possible dès qu’il y a un nouveau code.', closedAlbum: 'Vous pouvez encore regarder. Ajouter des photos redevient possible dès qu’il y a un nouveau code.', see: 'Voir l’abonnement',
  },
  kioskPlans: { readOnly: 'Vous pouvez continuer à tout lire et à tout regarder. Écrire redevient possible quand votre famille prolonge l’abonnement. Vous n’avez rien à faire.' },
}

export const planErrors: typeof dutchErrors = {
  activation_mistyped: 'Il y a une faute de frappe dans ce code. Comparez-le lettre par lettre.', activation_unknown: 'Ce code ne fonctionne pas. Vient-il de notre boutique ? Demandez alors au service client.', activation_entered: 'Vous avez déjà saisi ce code. Il compte déjà.', too_many_codes: 'Vous avez déjà saisi beaucoup de codes à l’avance. Gardez celui-ci pour plus tard.',
  plan_grace: 'L’abonnement de votre famille est terminé. On ne peut plus ajouter de photos, de films ni de fichiers. La personne qui gère la famille peut saisir un nouveau code sous Famille.', plan_read_only: 'L’abonnement de votre famille est terminé. Vous pouvez tout lire et tout emporter. La personne qui gère la famille peut saisir un nouveau code sous Famille.', plan_without_station: 'L’abonnement de votre famille est sans Home Station. Saisissez sous Famille un code d’un abonnement avec une Home Station.',
}
