// Tries each file and says on a line of its own how that went: `ok FILE`, or
// `error FILE MESSAGE` with tabs between.
export async function judge(files, attempt) {
  for (const file of files) {
    try {
      await attempt(file);
      console.log(`ok\t${file}`);
    } catch (error) {
      const message = String(error?.message ?? error).replace(/\s+/g, " ");
      console.log(`error\t${file}\t${message}`);
    }
  }
}
