using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using DeepLearning.Serialization;

namespace DeepLearning.Backends.Gpu;

/// <summary>A kernel's PTX as it goes to the driver, and the shared memory that it declares.</summary>
internal readonly record struct GpuText(string Ptx, int SharedBytes);

/// <summary>
/// The PTX of kernels from run to run, a file each. A file's name is a hash of all that the text was made of: the kernel and the types that
/// it is closed over, the code of every assembly that these are in or use, ILGPU, .NET, and the target. A file that is damaged, of another
/// kernel, or in a folder that others may write to counts as none.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="target">The architecture and the language's version.</param>
internal sealed class GpuTextCache(string folder, string target)
{
    private const string Heading = "ptx 1 ";
    private const long MostBytes = 16 << 20;

    /// <summary>Files that nobody has used for so long are deleted.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(60);

    private static readonly ConcurrentDictionary<Assembly, string> s_code = new();

    private long _hits;

    /// <summary>How many texts were found.</summary>
    public long Hits => Volatile.Read(ref _hits);

    /// <summary>A kernel's text of an earlier run; null where there is none.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="entry">What its text calls it.</param>
    public GpuText? Read(MethodInfo kernel, string entry)
    {
        try
        {
            string key = KeyOf(kernel);
            FileInfo file = new(PathOf(key));
            if (!file.Exists || file.Length > MostBytes || !IsOurs(folder) || !IsOurs(file.FullName))
            {
                return null;
            }

            GpuText? found = Parse(File.ReadAllText(file.FullName), key, entry);
            if (found is not null)
            {
                Interlocked.Increment(ref _hits);
                if (DateTime.UtcNow - file.LastWriteTimeUtc > TimeSpan.FromDays(1))
                {
                    file.LastWriteTimeUtc = DateTime.UtcNow;
                }
            }

            return found;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a kernel's text; a folder that cannot be written to is as if there were none.</summary>
    public void Write(MethodInfo kernel, in GpuText text)
    {
        try
        {
            string key = KeyOf(kernel), rest = string.Create(CultureInfo.InvariantCulture, $"{text.SharedBytes}\n{text.Ptx}");
            string content = $"{Heading}{HashOf(key + rest)}\n{rest}";
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
                AtomicFile.WriteText(PathOf(key), content);
            }
            else
            {
                const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                Directory.CreateDirectory(folder, mode | UnixFileMode.UserExecute);
                AtomicFile.WriteText(PathOf(key), content);
                File.SetUnixFileMode(PathOf(key), mode);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another program writes the same file, or the folder is not for writing: the next run compiles again.
        }
    }

    /// <summary>Deletes what nobody has used for a long time.</summary>
    public void Prune()
    {
        try
        {
            foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*.ptx"))
            {
                if (DateTime.UtcNow - file.LastWriteTimeUtc > s_lifetime)
                {
                    file.Delete();
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What is left is deleted another time.
        }
    }

    internal string PathOf(MethodInfo kernel) => PathOf(KeyOf(kernel));

    private string PathOf(string key) => Path.Combine(folder, HashOf(key)[..40] + ".ptx");

    /// <summary>All that a text is made of.</summary>
    internal string KeyOf(MethodInfo kernel)
    {
        HashSet<Assembly> assemblies = [typeof(ILGPU.Context).Assembly];
        Add(kernel.DeclaringType!);
        Array.ForEach(kernel.GetGenericArguments(), Add);
        IEnumerable<string> code = assemblies.Select(CodeOf).Order(StringComparer.Ordinal);
        return string.Join('\n', [GpuKernelList.NameOf(kernel), target, Environment.Version.ToString(), .. code]);

        void Add(Type type)
        {
            assemblies.Add(type.Assembly);
            Array.ForEach(type.GetGenericArguments(), Add);
        }
    }

    /// <summary>
    /// What tells the code of an assembly from that of another build, and of all that it uses, but .NET's: a formula may call what is
    /// elsewhere.
    /// </summary>
    private static string CodeOf(Assembly assembly) => s_code.GetOrAdd(assembly, static start =>
    {
        HashSet<string> seen = [start.FullName!];
        Queue<Assembly> open = new([start]);
        List<string> code = [];
        while (open.TryDequeue(out Assembly? next))
        {
            code.Add(FormattableString.Invariant($"{next.FullName} {next.ManifestModule.ModuleVersionId}"));
            foreach (AssemblyName used in next.GetReferencedAssemblies())
            {
                if (IsFramework(used.Name!) || !seen.Add(used.FullName))
                {
                    continue;
                }

                try
                {
                    open.Enqueue(Assembly.Load(used));
                }
                catch (Exception error) when (error is IOException or BadImageFormatException)
                {
                    code.Add($"{used.FullName} is not there");
                }
            }
        }

        code.Sort(StringComparer.Ordinal);
        return string.Join('\n', code);
    });

    private static bool IsFramework(string name) => name is "mscorlib" or "netstandard" or "System"
        || name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal);

    /// <summary>
    /// Whether nobody but the user may write something: what is in a file runs on the GPU, among all of the process's memory there.
    /// </summary>
    private static bool IsOurs(string path) => OperatingSystem.IsWindows()
        || (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0;

    private static GpuText? Parse(string content, string key, string entry)
    {
        int first = content.IndexOf('\n', StringComparison.Ordinal);
        int second = first < 0 ? -1 : content.IndexOf('\n', first + 1);
        if (second < 0 || content[..first] != Heading + HashOf(key + content[(first + 1)..]))
        {
            return null;
        }

        ReadOnlySpan<char> number = content.AsSpan(first + 1, second - first - 1);
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int shared))
        {
            return null;
        }

        string ptx = content[(second + 1)..];
        return ptx.Contains($".entry {entry}(", StringComparison.Ordinal) ? new GpuText(ptx, shared) : null;
    }

    private static string HashOf(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
