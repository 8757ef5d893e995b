using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using DeepLearning.Serialization;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// The names of the kernels that a program needed, in a file, so that the next run can compile them while it reads its data. A file that is
/// damaged, or of other kernels than those of this version, counts as none: a name only ever leads to a kernel of this assembly, over types
/// that the program has loaded.
/// </summary>
internal static class GpuKernelList
{
    private const string Heading = "kernels 1 ";
    private const long MostBytes = 4 << 20;

    /// <summary>Reads a file's kernels; none where it is missing or damaged.</summary>
    public static IReadOnlyList<MethodInfo> Read(string path)
    {
        try
        {
            FileInfo file = new(path);
            if (!file.Exists || file.Length > MostBytes)
            {
                return [];
            }

            string text = File.ReadAllText(path);
            int end = text.IndexOf('\n', StringComparison.Ordinal);
            return end > 0 && text[..end] == HeadingOf(text[(end + 1)..])
                ? [.. text[(end + 1)..].Split('\n').Select(Find).OfType<MethodInfo>()]
                : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Writes kernels to a file, in one piece.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, IEnumerable<MethodInfo> kernels)
    {
        string text = string.Join('\n', kernels.Select(NameOf).Order(StringComparer.Ordinal));
        AtomicFile.WriteText(path, HeadingOf(text) + "\n" + text);
    }

    internal static string NameOf(MethodInfo kernel) => string.Join(
        '\t',
        [
            kernel.DeclaringType!.Name, kernel.Name,
            .. kernel.IsGenericMethod ? kernel.GetGenericArguments().Select(static type => type.AssemblyQualifiedName!) : [],
        ]);

    /// <summary>The kernel of a name; null where there is not such a one.</summary>
    internal static MethodInfo? Find(string name)
    {
        string[] parts = name.Split('\t');
        if (parts.Length < 2 || typeof(GpuKernelList).Assembly.GetType($"{typeof(GpuKernelList).Namespace}.{parts[0]}") is not { } type
            || !type.Name.EndsWith("Kernels", StringComparison.Ordinal))
        {
            return null;
        }

        Type?[] arguments = [.. parts[2..].Select(TypeOf)];
        if (Array.Exists(arguments, static argument => argument is not { IsValueType: true, ContainsGenericParameters: false }))
        {
            return null;
        }

        foreach (MethodInfo method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (method.Name == parts[1] && method.ReturnType == typeof(void)
                && (method.IsGenericMethodDefinition ? method.GetGenericArguments().Length : 0) == arguments.Length)
            {
                try
                {
                    return arguments.Length == 0 ? method : method.MakeGenericMethod(arguments!);
                }
                catch (ArgumentException)
                {
                    // The types are not those that it is for.
                }
            }
        }

        return null;
    }

    /// <summary>A type of an assembly that is loaded: a file does not make a program load another one.</summary>
    private static Type? TypeOf(string name)
    {
        try
        {
            return Type.GetType(
                name,
                static wanted => Array.Find(AppDomain.CurrentDomain.GetAssemblies(), loaded => loaded.GetName().Name == wanted.Name),
                static (assembly, type, _) => assembly?.GetType(type), throwOnError: false);
        }
        catch (Exception error) when (error is ArgumentException or IOException or BadImageFormatException or TypeLoadException)
        {
            return null;
        }
    }

    private static string HeadingOf(string text) => Heading + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
