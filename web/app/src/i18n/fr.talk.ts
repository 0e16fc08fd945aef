/** Français : tout ce qui touche à un message. */

import type { TalkMessages } from './nl.talk'

export const talk = {
  message: {
    more: (who: string, time: string) => `Plus sur le message de ${who}, ${time}`, title: 'Ce message', react: 'Réagir', unreact: 'Retirer ma réaction', reactedBy: (emoji: string, names: string) => `${emoji} de ${names}`,
    emoji: { thumb: 'Pouce levé', heart: 'Cœur', laugh: 'Rire', wow: 'Surpris', sad: 'Triste', thanks: 'Merci' },
    reply: 'Répondre', replying: (who: string) => `Vous répondez à ${who}`, edit: 'Corriger', editing: 'Vous corrigez votre message', stop: 'Ne rien faire', copy: 'Copier le texte', takeBack: 'Retirer chez tous', takeBackSure: 'Voulez-vous retirer ce message chez tout le monde ? La copie sur le serveur disparaît aussi. Qui l’a déjà lu peut s’en souvenir ou l’avoir photographié : cela reste.',
    edited: 'corrigé', gone: 'Ce message n’est plus là.', newer: 'C’est un message d’un genre plus récent. Cette app ne peut pas encore le montrer. Rechargez l’app.', until: (when: string) => `disparaît ${when}`, server: 'Que voit le serveur ?',
  },
  attach: {
    open: 'Ajouter quelque chose', title: 'Que voulez-vous envoyer ?', photo: 'Choisir une photo', file: 'Choisir un fichier', limit: 'Une photo ou un fichier peut faire 32 Mo au plus.', cleaned: 'Une photo est réduite. Le lieu et la date de prise en sont retirés.', caption: 'Texte d’accompagnement', ready: (name: string, size: string) => `${name}, ${size}`, sending: 'Le fichier est mis sous clé et envoyé…', original: 'Vous envoyez le fichier tel quel. Une photo peut dire où et quand elle a été prise.',
    save: 'Enregistrer', show: 'Agrandir la photo', fetching: 'En cours de chargement…', away: 'Ce fichier ne peut pas être chargé maintenant.', photoOf: (who: string) => `Photo de ${who}`, something: 'Une pièce jointe',
  },
  fading: { title: 'Faire disparaître', lead: 'Ce que vous envoyez ensuite disparaît après ce temps chez tout le monde et du serveur. Qui photographie l’écran garde sa photo.', never: 'Reste là', 3600: 'Après 1 heure', 86400: 'Après 1 jour', 604800: 'Après 1 semaine', on: { 3600: 'Votre message disparaît après 1 heure.', 86400: 'Votre message disparaît après 1 jour.', 604800: 'Votre message disparaît après 1 semaine.' } },
  voice: {
    title: 'Message vocal', start: 'Enregistrer la voix', stop: 'Terminé', recording: (time: string) => `Enregistrement en cours : ${time}`, listen: 'Écoutez votre message', send: 'Envoyer', anew: 'Recommencer', most: '5 minutes au plus.', length: (time: string) => `Message vocal de ${time}`,
    refused: 'Cette page n’a pas accès au micro. Cliquez sur le cadenas à côté de l’adresse et autorisez le micro.', missing: 'Aucun micro n’a été trouvé.', busy: 'Le micro ne marche pas. Un autre programme l’utilise peut-être.', cannot: 'Ce navigateur ne peut pas enregistrer.',
  },
  place: {
    title: 'Où je suis', lead: 'Vous envoyez une seule fois où vous êtes. Personne ne vous suit ensuite. Après un jour, le message disparaît.', find: 'Chercher où je suis', finding: 'Nous cherchons où vous êtes…', found: (near: string) => `Trouvé, à environ ${near} près.`, label: 'Nom de ce lieu (facultatif)', send: 'Envoyer ma position', open: 'Ouvrir dans mes cartes', at: (where: string, near: string) => `${where}, à environ ${near} près`,
    refused: 'Cette page ne peut pas savoir où vous êtes. Cliquez sur le cadenas à côté de l’adresse et autorisez la position.', missing: 'Cet appareil ne sait pas où il est. Réessayez dehors ou plus tard.', slow: 'C’était trop long. Réessayez.', cannot: 'Ce navigateur ne peut pas dire où vous êtes.',
  },
  server: {
    title: 'Ce que voit le serveur', lead: 'Voici exactement ce que notre serveur a de ce message. Il n’y a rien de plus.', not: 'Le serveur ne voit pas : ce que vous dites, si c’est une réponse, une photo ou une réaction, ni le nom d’un fichier.', waiting: 'Le serveur n’a pas encore ce message.',
    number: (n: string) => `C’est la ligne ${n} de cette conversation.`, at: (when: string) => `Le serveur l’a reçu le ${when}.`, who: (account: string) => `De ce compte : ${account}.`, device: (device: string) => `De cet appareil : ${device}.`, epoch: (n: string) => `Il est derrière la serrure numéro ${n} de cette conversation. Elle change quand quelqu’un arrive ou part.`, kind: { message: 'C’est un message, et non un changement de participants.', other: 'C’est un changement de participants.' }, ident: 'L’empreinte des octets, pour les reconnaître :', expires: (when: string) => `Le serveur l’efface le ${when}.`, body: (bytes: string) => `Le message lui-même, sous clé : ${bytes} octets.`, bodyGone: 'Les octets du message lui-même sont effacés.', archive: (bytes: string) => `La copie pour vos autres appareils, sous clé : ${bytes} octets.`, archiveId: (id: string) => `Le numéro de la copie : ${id}.`, signature: 'La signature sous la copie :', noArchive: 'Il n’y a pas de copie pour d’autres appareils.', delivered: (names: string) => `Arrivé sur un appareil de : ${names}.`, nobody: 'Arrivé chez personne pour le moment.',
  },
  several: { title: 'Message à plusieurs personnes', lead: 'Chacun le reçoit à part, dans sa propre conversation. Personne ne voit à qui d’autre vous l’avez envoyé.', open: 'À plusieurs, séparément', who: 'À qui ?', text: 'Votre message', send: 'Envoyer à chacun à part', sent: (n: number) => (n === 1 ? 'Envoyé à une personne.' : `Envoyé à ${n} personnes.`), noText: 'Écrivez d’abord un message.' },
  full: 'Cet appareil est plein. Les nouveaux messages ne restent que tant que l’app est ouverte. Libérez de la place.',
  history: { legend: 'Que peut lire cette personne ?', today: 'Seulement ce qui se dit à partir de maintenant', start: 'Aussi ce qui s’est dit avant' },
} satisfies TalkMessages
