using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;

namespace DeepLearning.Layers;

/// <summary>
/// The fields of a module type that can hold parameters, buffers or children: base class first, in the order of declaration, with the
/// names that state dictionaries use. Reflected once per type.
/// </summary>
internal static class ModuleFields
{
    /// <summary>What the trimmer has to keep of every module type.</summary>
    public const DynamicallyAccessedMemberTypes Needed = DynamicallyAccessedMemberTypes.PublicFields
        | DynamicallyAccessedMemberTypes.NonPublicFields | DynamicallyAccessedMemberTypes.NonPublicFieldsWithInherited;

    private static readonly ConcurrentDictionary<Type, ModuleField[]> s_fields = new();

    public static ModuleField[] Of([DynamicallyAccessedMembers(Needed)] Type type)
    {
        if (s_fields.TryGetValue(type, out ModuleField[]? known))
        {
            return known;
        }

        List<ModuleField> fields = [];
        Add(fields, type);
        return s_fields.GetOrAdd(type, [.. fields]);
    }

    /// <summary>
    /// A member's name as PyTorch spells it: <c>RunningMean</c>, <c>_runningMean</c> and its property's field give <c>running_mean</c>.
    /// </summary>
    public static string KeyOf(string field)
    {
        ReadOnlySpan<char> name = field;
        if (name[0] == '<' && name.IndexOf('>') is var end && end > 1)
        {
            // The field of a property, <Name>k__BackingField, or of a captured constructor parameter, <name>P.
            name = name[1..end];
        }

        name = name.TrimStart('_');
        StringBuilder key = new();
        for (int i = 0; i < name.Length; i++)
        {
            bool starts = char.IsUpper(name[i]) && i > 0 && name[i - 1] != '_'
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            key.Append(starts ? "_" : "").Append(char.ToLowerInvariant(name[i]));
        }

        return key.ToString();
    }

    private static void Add(List<ModuleField> fields, [DynamicallyAccessedMembers(Needed)] Type type)
    {
        if (type.BaseType is { } parent && parent != typeof(Module))
        {
            Add(fields, parent);
        }

        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (FieldInfo field in InOrder(type.GetFields(Own)))
        {
            if (ModuleContainers.CanHold(field.FieldType))
            {
                string? name = field.GetCustomAttribute<NameAttribute>()?.Name;
                if (name is not null && !ModuleNames.IsName(name))
                {
                    throw new InvalidOperationException(
                        $"{type.Name}: [Name(\"{name}\")] on {field.Name} is not a name in a state dictionary: it is empty or has a dot.");
                }

                fields.Add(new ModuleField(
                    field, name ?? KeyOf(field.Name), field.GetCustomAttribute<BufferAttribute>(),
                    field.IsDefined(typeof(UnregisteredAttribute))));
            }
        }
    }

    /// <summary>The runtime gives no promise about the order; the tokens of one class follow its declaration.</summary>
    private static FieldInfo[] InOrder(FieldInfo[] fields)
    {
        if (Array.TrueForAll(fields, static f => f.HasMetadataToken()))
        {
            Array.Sort(fields, static (a, b) => a.MetadataToken.CompareTo(b.MetadataToken));
        }

        return fields;
    }
}

/// <summary>A field that can hold a member of a module.</summary>
internal readonly record struct ModuleField(FieldInfo Field, string Key, BufferAttribute? Buffer, bool IsSetAside);
