import * as harness from '#host';
import { trapsSuite } from '../conformance/traps.suite.ts';

trapsSuite(harness);
