/** Français : ce que nous vous disons. */

export const letters = {
  letters: {
    title: 'Centre de messages', lead: 'Ce que nous vous disons de votre compte, de vos données et de PRIFORA. Ce que dit votre famille se trouve sous Messages.', unread: (n: number) => (n === 1 ? '1 nouvelle' : `${n} nouvelles`), isNew: 'nouvelle', none: 'Il n’y a encore rien. Ce que nous devons vous dire arrive ici.', allRead: 'Tout marquer comme lu', older: 'Montrer les plus anciennes', back: 'Toutes les lettres', more: 'En lire plus', gone: 'Cette lettre n’existe pas (ou plus).',
    topics: { service: 'Votre compte et l’usage de PRIFORA', updates: 'Nouvelles versions', maintenance: 'Entretien', offers: 'Offres', privacy: 'Vie privée et conditions', partners: 'Avec qui nous travaillons', disclosure: 'Qui a vu ou reçu vos données', statements: 'De PRIFORA pour tout le monde' },
  },
  tell: { title: 'Me prévenir sur cet appareil', lead: 'Quand PRIFORA est fermé et qu’un message ou une lettre arrive pour vous, cet appareil affiche : il y a du nouveau. Pas quoi ni de qui, et pas pendant vos heures calmes. Si d’autres messages arrivent ensuite, il le dit au plus une fois par heure. L’éditeur de votre navigateur, aussi hors d’Europe, voit alors qu’il y a quelque chose et quand.', impossible: 'Ce n’est pas possible dans ce navigateur.', refused: 'Ce navigateur n’accepte pas les notifications de PRIFORA. Vous changez cela dans les réglages du navigateur.' },
  kioskLetters: {
    title: 'Lettres', unread: (n: number) => (n === 1 ? '1 nouvelle lettre' : `${n} nouvelles lettres`), read: 'Lire à voix haute', stop: 'Arrêter', from: (when: string) => `De PRIFORA, ${when}`, none: 'Il n’y a pas de lettres.', failed: 'Les lettres ne sont pas là pour le moment. Réessayez plus tard.',
  },
}
