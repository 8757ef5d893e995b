using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace DeepLearning.Tests.PublicApi;

/// <summary>Writes names, parameters, constraints and constants as C# does.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> Keywords = new (Type, string)[]
    {
        (typeof(void), "void"), (typeof(object), "object"), (typeof(string), "string"), (typeof(bool), "bool"),
        (typeof(char), "char"), (typeof(byte), "byte"), (typeof(sbyte), "sbyte"), (typeof(short), "short"),
        (typeof(ushort), "ushort"), (typeof(int), "int"), (typeof(uint), "uint"), (typeof(long), "long"),
        (typeof(ulong), "ulong"), (typeof(nint), "nint"), (typeof(nuint), "nuint"), (typeof(float), "float"),
        (typeof(double), "double"), (typeof(decimal), "decimal"),
    }.ToDictionary();

    private static readonly Dictionary<string, string> Operators = new (string, string)[]
    {
        ("op_Addition", "+"), ("op_Subtraction", "-"), ("op_Multiply", "*"), ("op_Division", "/"), ("op_Modulus", "%"),
        ("op_UnaryNegation", "-"), ("op_UnaryPlus", "+"), ("op_OnesComplement", "~"), ("op_LogicalNot", "!"),
        ("op_BitwiseAnd", "&"), ("op_BitwiseOr", "|"), ("op_ExclusiveOr", "^"), ("op_LeftShift", "<<"),
        ("op_RightShift", ">>"), ("op_Equality", "=="), ("op_Inequality", "!="), ("op_LessThan", "<"),
        ("op_LessThanOrEqual", "<="), ("op_GreaterThan", ">"), ("op_GreaterThanOrEqual", ">="),
        ("op_Implicit", "implicit"), ("op_Explicit", "explicit"), ("op_True", "true"), ("op_False", "false"),
    }.ToDictionary(StringComparer.Ordinal);

    /// <summary>The name of a type with its namespace.</summary>
    public static string FullName(Type type) => type.Namespace + "." + TypeName(type);

    /// <summary>The name of a type; keywords, arrays, tuples, nullables and type arguments as written in source.</summary>
    public static string TypeName(Type type)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsByRef)
        {
            return "ref " + TypeName(type.GetElementType()!);
        }

        if (type.IsPointer)
        {
            return TypeName(type.GetElementType()!) + "*";
        }

        if (type.IsArray)
        {
            return TypeName(type.GetElementType()!) + "[" + new string(',', type.GetArrayRank() - 1) + "]";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        Type[] arguments = type.GetGenericArguments();
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return TypeName(underlying) + "?";
        }

        if (type.IsConstructedGenericType && typeof(ITuple).IsAssignableFrom(type) && type.IsValueType)
        {
            return "(" + string.Join(", ", arguments.Select(TypeName)) + ")";
        }

        int inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        Type? outer = type.DeclaringType is { IsGenericTypeDefinition: true } open && type.IsConstructedGenericType
            ? open.MakeGenericType(arguments[..inherited])
            : type.DeclaringType;
        string prefix = outer is not null ? TypeName(outer) + "." : "";
        return prefix + BareName(type) + TypeArguments(arguments[inherited..]);
    }

    /// <summary>The name of a type without namespace and type arguments.</summary>
    public static string BareName(Type type) => type.Name.Split('`')[0];

    /// <summary>The type parameters that a type declares itself, not through the type it is nested in.</summary>
    public static Type[] OwnTypeParameters(Type type) =>
        type.GetGenericArguments()[(type.DeclaringType?.GetGenericArguments().Length ?? 0)..];

    public static string MethodName(MethodInfo method)
    {
        string name = method.Name;
        bool isChecked = name.StartsWith("op_Checked", StringComparison.Ordinal);
        if (Operators.TryGetValue(isChecked ? "op_" + name["op_Checked".Length..] : name, out string? symbol))
        {
            return "operator " + (isChecked ? "checked " : "") + symbol;
        }

        return name + TypeArguments(method.GetGenericArguments());
    }

    public static string Parameters(MethodBase method)
    {
        string extended = method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "";
        return extended + string.Join(", ", method.GetParameters().Select(Parameter));
    }

    public static string Parameter(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        string kind = "";
        if (type.IsByRef)
        {
            type = type.GetElementType()!;
            kind = parameter.IsDefined(typeof(RequiresLocationAttribute), false) ? "ref readonly " :
                parameter.IsOut ? "out " :
                parameter.IsIn ? "in " : "ref ";
        }
        else if (parameter.IsDefined(typeof(ParamArrayAttribute), false) || parameter.IsDefined(typeof(ParamCollectionAttribute), false))
        {
            kind = "params ";
        }

        string value = parameter.HasDefaultValue ? " = " + Literal(parameter.RawDefaultValue, type) : "";
        return $"{kind}{TypeName(type)} {parameter.Name}{value}";
    }

    /// <summary>A constant as written in source.</summary>
    public static string Literal(object? value, Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => type.IsValueType && plain == type ? "default" : "null",
            _ when plain.IsEnum => EnumLiteral(value, plain),
            bool flag => flag ? "true" : "false",
            string text => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") + "\"",
            char letter => $"'{letter}'",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
    }

    public static string Constraints(Type[] parameters) =>
        string.Concat(parameters.Select(Constraint).Where(text => text.Length > 0));

    private static string EnumLiteral(object value, Type type)
    {
        object member = Enum.ToObject(type, value);
        return Enum.IsDefined(type, member) ? $"{type.Name}.{member}" : $"({type.Name}){Enum.Format(type, member, "d")}";
    }

    private static string Constraint(Type parameter)
    {
        GenericParameterAttributes flags = parameter.GenericParameterAttributes;
        bool isStruct = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        bool isUnmanaged = parameter.CustomAttributes.Any(data => data.AttributeType.Name == "IsUnmanagedAttribute");
        List<string> rules = [];
        if (isStruct)
        {
            rules.Add(isUnmanaged ? "unmanaged" : "struct");
        }
        else if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            rules.Add("class");
        }

        rules.AddRange(parameter.GetGenericParameterConstraints()
            .Where(type => type != typeof(ValueType))
            .Select(TypeName)
            .Order(StringComparer.Ordinal));
        if (!isStruct && flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
        {
            rules.Add("new()");
        }

        if (flags.HasFlag(GenericParameterAttributes.AllowByRefLike))
        {
            rules.Add("allows ref struct");
        }

        return rules.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", rules)}";
    }

    private static string TypeArguments(Type[] arguments) =>
        arguments.Length == 0 ? "" : "<" + string.Join(", ", arguments.Select(TypeName)) + ">";
}
