import * as harness from '#host';
import { givenSuite } from '../conformance/given.suite.ts';

givenSuite(harness);
