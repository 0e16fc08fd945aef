/** Français : ce que vous nous demandez, et notre réponse. */

import type { asks as nl, kioskHelp as nlKiosk } from './nl.help'

export const asks: typeof nl = {
  title: 'Posez-nous une question', lead: 'Une personne de chez nous la lit et répond dans les deux jours ouvrables. Seules les personnes qui aident peuvent la lire.', text: 'Quelle est votre question ?', textHelp: 'N’y mettez pas de messages ou de photos d’autres personnes, ni de mot de passe.', send: 'Envoyer', sent: 'Nous avons votre question. La réponse arrive ici, et dans votre Centre de messages.',
  mine: 'Ce que vous nous avez demandé', none: 'Vous ne nous avez encore rien demandé.', on: (day) => `Demandé le ${day}`, status: { open: 'attend notre réponse', answered: 'répondu', closed: 'terminé' }, late: 'en retard', back: 'Retour à l’aide', one: 'Votre question', due: (day) => `Vous aurez notre réponse au plus tard le ${day}.`, sorry: 'Notre réponse est en retard. Nous en sommes désolés.',
  by: { person: 'Vous', staff: 'L’équipe PRIFORA' }, more: 'Écrire la suite', reopen: 'Ce n’est pas terminé ? Écrivez-nous, et nous continuons.', done: 'C’est terminé', closed: 'Très bien. Vous pouvez toujours continuer à écrire ici.',
}

export const better = {
  title: 'Que pouvons-nous améliorer ?', lead: 'Il vous manque quelque chose, ou quelque chose n’est pas pratique ? Nous le gardons un an, sans votre nom. Personne ne peut voir qui l’a écrit.', text: 'Que voulez-vous nous dire ?', named: 'Vous pouvez me répondre. Vous savez alors qui je suis.', send: 'Envoyer', thanks: 'Merci. Nous allons le lire.',
}

export const kioskHelp: typeof nlKiosk = {
  title: 'Aide', ask: 'Voulez-vous que nous vous aidions ?', askMore: 'Nous sommes l’équipe de PRIFORA. Nous vous répondons ici, dans les deux jours ouvrables. C’est urgent, ou vous ne vous sentez pas bien ? Appelez votre famille, ou le 112.', yes: 'Oui, demander de l’aide', no: 'Non, retour',
  text: 'Demandé sur la Home Station : pouvez-vous m’aider ?', again: 'Demandé sur la Home Station : j’ai encore besoin d’aide.', open: (day) => `Nous savons que vous voulez de l’aide. Vous aurez notre réponse ici au plus tard le ${day}.`, late: 'Nous savons que vous voulez de l’aide. Notre réponse est en retard. Nous en sommes désolés.', urgent: 'C’est urgent ? Appelez votre famille, ou le 112.', from: (when) => `De PRIFORA, ${when}`, more: 'J’ai encore besoin d’aide', done: 'Merci, c’est terminé', never: 'Je n’ai plus besoin d’aide', failed: 'Cela ne marche pas pour le moment. Réessayez plus tard, ou appelez votre famille.',
  waits: 'Nous savons que vous voulez de l’aide', answered: 'Il y a une réponse',
}
