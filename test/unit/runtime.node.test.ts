import { expect, test } from 'vitest';

test("the tests run on the Node of the project, not on the machine's", () => {
  expect(process.versions.node).toMatch(/^26\./);
});
