import * as harness from '#host';
import { valuesSuite } from '../conformance/values.suite.ts';

valuesSuite(harness);
