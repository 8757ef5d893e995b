using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Text.RegularExpressions;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Repository;

/// <summary>
/// <see cref="Tensor"/> is spread over many files, one a subject. What is not public in one of them is that file's own affair: whatever
/// several share has a named home outside of the class. Read from the compiled library, whose debugging symbols know the files.
/// </summary>
public partial class TensorRoomTests
{
    /// <summary>What a tensor is to the rest of the library; its own files share the three fields.</summary>
    private static readonly HashSet<string> s_shared =
    [
        // Its memory, and what makes, views and returns one.
        ".ctor", "Layout", "Storage", "Backend", "Allocate", "EmptyStrided", "ViewAs", "MakeView", "Relabel", "Replace", "Return",
        "IsReturned", "Scope", "LeaveScope", "_storage", "_flags",
        // Its place in the record.
        "CheckHistory", "CheckInPlace", "CheckRecordedWrite", "IsInference", "IsOutdated", "LeaveFamily", "SetNode", "TakeHistory",
        "TakeWrite", "_node",
        // Its gradient, as a backward pass sees it.
        "AccumulateGrad", "AccumulateRows", "GradInternal", "GradRows", "IsMadeByBackward", "KeepGrad", "RunHooks", "TakesRows", "Uses",
    ];

    private static readonly Dictionary<int, OpCode> s_short = Codes(1), s_long = Codes(2);

    [Fact]
    public void What_is_not_public_in_a_file_of_Tensor_is_used_in_that_file_alone()
    {
        List<string> found = [.. Uses().Where(static use => !s_shared.Contains(use.Member))
            .Select(static use => $"{use.Member} of {use.Home} in {use.File}").Distinct().Order(StringComparer.Ordinal)];
        Assert.True(found.Count == 0, $"{found.Count} uses:\n{string.Join("\n", found)}");
    }

    [Fact]
    public void What_all_may_use_is_used()
    {
        HashSet<string> used = [.. Uses().Select(static use => use.Member)];
        Assert.All(s_shared, name => Assert.Contains(name, used));
    }

    [Fact]
    public void A_tensor_has_so_many_fields()
    {
        // What few tensors have lies in one object beside the others.
        const int Most = 12;
        FieldInfo[] fields = typeof(Tensor).GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance);
        Assert.True(fields.Length <= Most, $"{fields.Length}: {string.Join(", ", fields.Select(static field => field.Name))}");
    }

    /// <summary>Every use of a member of Tensor that is not public, outside of the file that declares it.</summary>
    private static IEnumerable<(string Member, string Home, string File)> Uses()
    {
        string library = typeof(Tensor).Assembly.Location;
        using FileStream symbols = File.OpenRead(Path.ChangeExtension(library, ".pdb"));
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(symbols);
        MetadataReader reader = provider.GetMetadataReader();
        Dictionary<string, string> fields = Fields();
        foreach (MethodBase caller in Methods(typeof(Tensor).Assembly))
        {
            if (FileOf(reader, caller) is not { } file)
            {
                continue;
            }

            foreach (MemberInfo member in Mentioned(caller))
            {
                if (member.DeclaringType != typeof(Tensor) || IsPublic(member))
                {
                    continue;
                }

                // A generic method, as it is written.
                MemberInfo definition = member.Module.ResolveMember(member.MetadataToken)!;

                bool isAccessor = definition is MethodBase { IsSpecialName: true, IsConstructor: false };
                string name = isAccessor ? definition.Name[4..] : definition.Name;
                string? home = definition is MethodBase method ? FileOf(reader, method) : fields.GetValueOrDefault(name);
                if (home is not null && home != file)
                {
                    yield return (Plain(name), home, file);
                }
            }
        }
    }

    private static IEnumerable<MethodBase> Methods(Assembly assembly) => assembly.GetTypes().SelectMany(static type =>
        type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
            | BindingFlags.DeclaredOnly).OfType<MethodBase>());

    private static bool IsPublic(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsLiteral,
        _ => true,
    };

    /// <summary>The file of a method; an automatic property or an abstract method has none.</summary>
    private static string? FileOf(MetadataReader symbols, MethodBase method)
    {
        MethodDefinitionHandle handle = (MethodDefinitionHandle)MetadataTokens.EntityHandle(method.MetadataToken);
        MethodDebugInformation information = symbols.GetMethodDebugInformation(handle);
        DocumentHandle document = information.Document;
        if (document.IsNil)
        {
            return null;
        }

        string path = symbols.GetString(symbols.GetDocument(document).Name).Replace('\\', '/');
        const string Folder = "/DeepLearning/";
        return path.Contains("/obj/", StringComparison.Ordinal)
            ? null
            : path[(path.LastIndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..];
    }

    /// <summary>The members that a method's code names: whatever it calls, makes, reads or writes.</summary>
    private static IEnumerable<MemberInfo> Mentioned(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[] types = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : [];
        Type[] own = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
        int at = 0;
        while (at < code.Length)
        {
            OpCode operation = code[at] == 0xFE ? s_long[code[at + 1]] : s_short[code[at]];
            at += operation.Size;
            if (operation.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok)
            {
                if (method.Module.ResolveMember(BitConverter.ToInt32(code, at), types, own) is { } member and not Type
                    && member.Module.Assembly == method.Module.Assembly)
                {
                    yield return member;
                }
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static Dictionary<int, OpCode> Codes(int size) => typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!).Where(code => code.Size == size)
        .ToDictionary(static code => code.Value & 0xFF);

    /// <summary>The files that declare Tensor's fields.</summary>
    private static Dictionary<string, string> Fields()
    {
        Dictionary<string, string> files = [];
        string folder = RepositoryFiles.PathOf("src", "DeepLearning");
        foreach (string file in RepositoryFiles.Enumerate(Path.Combine("src", "DeepLearning"), "*.cs"))
        {
            string text = File.ReadAllText(file);
            if (text.Contains("partial class Tensor\n", StringComparison.Ordinal))
            {
                foreach (Match match in Field().Matches(text))
                {
                    files.TryAdd(match.Groups[1].Value, Path.GetRelativePath(folder, file).Replace('\\', '/'));
                }
            }
        }

        return files;
    }

    private static string Plain(string name) => name.StartsWith('<') ? name[1..name.IndexOf('>')] : name;

    [GeneratedRegex(@"^    (?:private|internal) [^(=;\n]*?(\w+)(?: = [^\n]*)?;$", RegexOptions.Multiline)]
    private static partial Regex Field();
}
