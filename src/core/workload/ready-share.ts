/** Somebody who keeps one ready-made instance. */
export interface ReadyKeeper {
  /** Lets go of it; answers whether there was one. */
  giveUp(): boolean;
}

/** How many ready-made instances the host keeps, all workloads together: who was called longest ago gives up first. */
export interface ReadyShare {
  /** Whether it keeps any at all. */
  readonly hasPlaces: boolean;
  /** Grants a place, taking it from the longest idle if need be; `false` when there are no places at all. */
  add(keeper: ReadyKeeper): boolean;
  remove(keeper: ReadyKeeper): void;
  /** Takes a place back for a call that has to wait. */
  giveUpOne(): boolean;
}

export function createReadyShare(places: number): ReadyShare {
  // A set remembers the order in which its members came.
  const keepers = new Set<ReadyKeeper>();
  const giveUpOne = (): boolean => {
    for (const keeper of keepers) {
      keepers.delete(keeper);
      if (keeper.giveUp()) return true;
    }
    return false;
  };
  return {
    hasPlaces: places > 0,
    add(keeper) {
      if (places === 0) return false;
      while (keepers.size >= places && giveUpOne());
      keepers.add(keeper);
      return true;
    },
    remove: (keeper) => void keepers.delete(keeper),
    giveUpOne,
  };
}
