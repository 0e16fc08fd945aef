import { describe, expect, it } from 'vitest'
import { safeName, uniqueNames } from '../src/names'

describe('a name of a file', () => {
  it.each([
    ['beach.jpg', 'image/jpeg', 'beach.jpg'],
    ['BEACH.JPEG', 'image/jpeg', 'BEACH.jpeg'],
    ['beach.png', 'image/jpeg', 'beach.jpg'],
    ['beach.exe', 'image/jpeg', 'beach.exe.jpg'],
    ['beach', 'video/mp4', 'beach.mp4'],
    ['../../etc/passwd', 'image/png', 'passwd.png'],
    ['C:\\Users\\jan\\..\\a.gif', 'image/gif', 'a.gif'],
    ['a\u0000b\nc\u001b.jpg', 'image/jpeg', 'abc.jpg'],
    ['gpj.\u202Eexe', 'image/jpeg', 'gpj.exe.jpg'],
    ['a<b>:"|?*.jpg', 'image/jpeg', 'ab.jpg'],
    ['con.jpg', 'image/jpeg', '_con.jpg'],
    ['LPT1', 'image/jpeg', '_LPT1.jpg'],
    ['', 'image/jpeg', 'image.jpg'],
    ['..', 'video/webm', 'video.webm'],
    ['/', 'audio/mpeg', 'audio.mp3'],
    ['.jpg', 'image/jpeg', 'image.jpg'],
    ['  . Zomer aan zee . .jpg', 'image/jpeg', 'Zomer aan zee.jpg'],
    ['e\u0301te\u0301.jpg', 'image/jpeg', 'été.jpg'],
    ['note.txt', 'text/plain', 'note.txt'],
  ])('%j of %s is %j', (written, mime, safe) => {
    expect(safeName(written, mime)).toBe(safe)
  })

  it('is short enough for any disk, and no letter is cut in two', () => {
    const long = safeName(`${'👵🏽'.repeat(200)}.jpg`, 'image/jpeg')
    expect(new TextEncoder().encode(long).length).toBeLessThan(200)
    expect(long.endsWith('.jpg')).toBe(true)
    expect(long.isWellFormed()).toBe(true)
  })

  it('is there once', () => {
    expect(uniqueNames(['a.jpg', 'A.JPG', 'a (2).jpg', 'a.jpg', 'b', 'b'])).toEqual([
      'a.jpg', 'A (2).JPG', 'a (2) (2).jpg', 'a (3).jpg', 'b', 'b (2)',
    ])
  })
})
