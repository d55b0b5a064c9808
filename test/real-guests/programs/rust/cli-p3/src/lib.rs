//! Shows what it was given as the other command-line programs do, over the asynchronous interfaces of WASI 0.3.

use futures::join;
use wasip3::cli::{environment, stderr, stdin, stdout};
use wasip3::clocks::monotonic_clock;
use wasip3::filesystem::preopens;
use wasip3::filesystem::types::{DescriptorFlags, OpenFlags, PathFlags};
use wasip3::wit_bindgen::StreamResult;
use wasip3::wit_stream;

wasip3::cli::command::export!(Program);

struct Program;

impl wasip3::exports::cli::run::Guest for Program {
    async fn run() -> Result<(), ()> {
        let args: Vec<String> = environment::get_arguments().into_iter().skip(1).collect();
        let shown: String = args.iter().map(|arg| format!(" [{arg}]")).collect();
        let variables = environment::get_environment();
        let greeting = variables.iter().find(|(name, _)| name == "GREETING").map_or("none", |(_, value)| value.as_str());

        let (mut out, written) = wit_stream::new();
        let (done, _) = join!(
            async {
                let (bytes, sum) = input().await;
                let file = copy_file().await;
                let before = monotonic_clock::now();
                monotonic_clock::wait_for(5_000_000).await;
                let waited = if monotonic_clock::now() - before >= 4_000_000 { "yes" } else { "no" };
                let text = format!("args:{shown}\nenv: {greeting}\ninput: {bytes} bytes, {sum}\nfile: {file}waited: {waited}\n");
                let rest = out.write_all(text.into_bytes()).await;
                drop(out);
                rest.is_empty()
            },
            async { stdout::write_via_stream(written).await },
        );
        let (mut err, written) = wit_stream::new();
        join!(
            async {
                err.write_all(b"done\n".to_vec()).await;
                drop(err);
            },
            async { stderr::write_via_stream(written).await.ok() },
        );
        if !done || args.iter().any(|arg| arg == "fail") { Err(()) } else { Ok(()) }
    }
}

async fn input() -> (i64, i64) {
    let (mut stream, _) = stdin::read_via_stream();
    let (mut bytes, mut sum) = (0, 0);
    loop {
        let (result, chunk) = stream.read(Vec::with_capacity(4096)).await;
        for byte in chunk {
            bytes += 1;
            sum = (sum * 31 + i64::from(byte)) % 1_000_003;
        }
        if !matches!(result, StreamResult::Complete(_)) {
            return (bytes, sum);
        }
    }
}

/// Copies a file in the directory at `/`, and answers what the copy says.
async fn copy_file() -> String {
    let (root, _) = preopens::get_directories().into_iter().next().expect("a directory");
    let open = |name: &'static str, how, flags| root.open_at(PathFlags::empty(), name.into(), how, flags);
    let from = open("in.txt", OpenFlags::empty(), DescriptorFlags::READ).await.unwrap();
    let to = open("out.txt", OpenFlags::CREATE | OpenFlags::TRUNCATE, DescriptorFlags::READ | DescriptorFlags::WRITE).await.unwrap();
    let (content, _) = from.read_via_stream(0);
    to.write_via_stream(content, 0).await.unwrap();
    let (copied, _) = to.read_via_stream(0);
    let copied = copied.collect().await;
    root.unlink_file_at("out.txt".into()).await.unwrap();
    String::from_utf8(copied).unwrap()
}
