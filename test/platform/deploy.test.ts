import * as harness from '#host';
import { deploySuite } from '../conformance/deploy.suite.ts';

deploySuite(harness);
