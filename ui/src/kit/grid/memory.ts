/** Where a list stood when its screen was left, so that coming back finds it again. Kept for as long as the window lives. */
interface Place {
  listKey: string | undefined;
  offset: number;
  active: number;
}

const places = new Map<string, Place>();

export const remember = (name: string, place: Place): void => {
  places.set(name, place);
};

/** The place, unless the list answers another question now. */
export function recall(name: string | undefined, listKey: string | undefined): Place | undefined {
  const place = name === undefined ? undefined : places.get(name);
  return place?.listKey === listKey ? place : undefined;
}

/** For sign-out: the next user starts afresh. */
export const forgetPlaces = (): void => places.clear();
