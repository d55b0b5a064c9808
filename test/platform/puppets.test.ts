import * as harness from '#host';
import { puppetsSuite } from '../conformance/puppets.suite.ts';

puppetsSuite(harness);
