/** What a password needs, for the list beneath the field. The use cases decide; this only shows how far the typing is. */

export const PASSWORD_MIN = 8;

const CLASSES = [/\p{Lu}/u, /\p{Ll}/u, /[0-9]/, /[^\p{Lu}\p{Ll}0-9]/u];

export const longEnough = (password: string): boolean => [...password].length >= PASSWORD_MIN;

/** Three of capital letters, small letters, digits, symbols. */
export const mixedEnough = (password: string): boolean => CLASSES.filter((one) => one.test(password)).length >= 3;
