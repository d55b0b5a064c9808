import * as harness from '#host';
import { httpHostSuite } from '../conformance/http-host.suite.ts';

httpHostSuite(harness);
