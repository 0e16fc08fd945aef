/** Opens a dialog over the page; when it goes, the focus returns to what opened it. */
export function modal(dialog: HTMLDialogElement): () => void {
  const opener = document.activeElement as HTMLElement | null
  dialog.showModal()
  return () =>
    queueMicrotask(() => {
      if (opener?.isConnected && document.activeElement === document.body) opener.focus()
    })
}
