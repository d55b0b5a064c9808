import * as harness from '#host';
import { linkingSuite } from '../conformance/linking.suite.ts';

linkingSuite(harness);
