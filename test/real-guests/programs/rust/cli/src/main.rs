//! Shows what it was given: arguments, an environment variable, input, files, time. Ends with 1 when an argument says "fail".

use std::io::Read;
use std::time::{Duration, Instant};
use std::{env, fs, io, process, thread};

fn main() -> io::Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let shown: String = args.iter().map(|arg| format!(" [{arg}]")).collect();
    println!("args:{shown}");
    println!("env: {}", env::var("GREETING").unwrap_or("none".into()));

    let (mut bytes, mut sum) = (0, 0);
    for byte in io::stdin().lock().bytes() {
        bytes += 1;
        sum = (sum * 31 + i64::from(byte?)) % 1_000_003;
    }
    println!("input: {bytes} bytes, {sum}");

    fs::copy("/in.txt", "/out.txt")?;
    print!("file: {}", fs::read_to_string("/out.txt")?);
    fs::remove_file("/out.txt")?;

    let before = Instant::now();
    thread::sleep(Duration::from_millis(5));
    println!("waited: {}", if before.elapsed() >= Duration::from_millis(4) { "yes" } else { "no" });
    eprintln!("done");
    if args.iter().any(|arg| arg == "fail") {
        process::exit(1);
    }
    Ok(())
}
