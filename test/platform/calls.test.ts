import * as harness from '#host';
import { callsSuite } from '../conformance/calls.suite.ts';

callsSuite(harness);
