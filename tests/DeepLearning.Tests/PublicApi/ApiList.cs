using System.Reflection;
using System.Runtime.CompilerServices;
using static DeepLearning.Tests.PublicApi.ApiNames;

namespace DeepLearning.Tests.PublicApi;

/// <summary>Writes what an assembly shows to its users, a line a type or member, sorted by name.</summary>
internal static class ApiList
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Assembly assembly) =>
        from type in assembly.GetExportedTypes()
        where !IsGenerated(type)
        orderby FullName(type)
        from line in Of(type)
        select line;

    public static IEnumerable<string> Of(Type type)
    {
        string name = FullName(type);
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return [$"delegate {name}({Parameters(invoke)}): {TypeName(invoke.ReturnType)}{Constraints(type.GetGenericArguments())}"];
        }

        IEnumerable<(string Name, string Line)> members =
            type.IsEnum ? EnumMembers(type, name) :
            [.. Constructors(type, name), .. Fields(type, name), .. Properties(type, name), .. Events(type, name), .. Methods(type, name)];
        IEnumerable<string> lines = members
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .ThenBy(member => member.Line, StringComparer.Ordinal)
            .Select(member => member.Line);
        return [TypeLine(type, name), .. lines];
    }

    private static string TypeLine(Type type, string name)
    {
        IEnumerable<string> bases = type.GetInterfaces()
            .Where(contract => contract.IsVisible && !IsInherited(type, contract))
            .Select(TypeName)
            .Order(StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
        {
            bases = bases.Prepend(TypeName(parent));
        }

        string kind = type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? StructKind(type) : ClassKind(type);
        string inherits = string.Join(", ", type.IsEnum ? [TypeName(Enum.GetUnderlyingType(type))] : bases);
        return $"{kind} {name}{(inherits.Length > 0 ? " : " : "")}{inherits}{Constraints(OwnTypeParameters(type))}";
    }

    private static string StructKind(Type type) =>
        (type.IsDefined(typeof(IsReadOnlyAttribute), false) ? "readonly " : "") + (type.IsByRefLike ? "ref struct" : "struct");

    private static string ClassKind(Type type) =>
        (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + "class";

    // An interface that the base class or another interface of the list brings along is not repeated.
    private static bool IsInherited(Type type, Type contract) =>
        (type.BaseType?.GetInterfaces().Contains(contract) ?? false)
        || type.GetInterfaces().Any(other => other != contract && other.GetInterfaces().Contains(contract));

    private static IEnumerable<(string Name, string Line)> EnumMembers(Type type, string owner) =>
        Enum.GetNames(type).Select(name => (name, $"{owner}.{name} = {Enum.Format(type, Enum.Parse(type, name), "d")}"));

    private static IEnumerable<(string Name, string Line)> Constructors(Type type, string owner) =>
        from constructor in type.GetConstructors(Declared)
        where !constructor.IsStatic && IsVisible(constructor)
        let name = BareName(type)
        select ("", $"{Modifiers(constructor)}{owner}.{name}({Parameters(constructor)})");

    private static IEnumerable<(string Name, string Line)> Fields(Type type, string owner) =>
        from field in type.GetFields(Declared)
        where field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly
        let kind = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "")
        let access = field.IsPublic ? "" : "protected "
        let value = field.IsLiteral ? " = " + Literal(field.GetRawConstantValue(), field.FieldType) : ""
        select (field.Name, $"{kind}{access}{owner}.{field.Name}{value}: {TypeName(field.FieldType)}");

    private static IEnumerable<(string Name, string Line)> Properties(Type type, string owner)
    {
        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(IsVisible)];
            if (accessors.Length == 0 || accessors.All(IsOverride) || property.Name == "EqualityContract")
            {
                continue;
            }

            MethodInfo widest = accessors.FirstOrDefault(accessor => accessor.IsPublic) ?? accessors[0];
            ParameterInfo[] index = property.GetIndexParameters();
            string name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
            string list = string.Concat(accessors.Select(accessor => AccessorName(property, accessor, widest) + "; "));
            string required = property.IsDefined(typeof(RequiredMemberAttribute), false) ? "required " : "";
            yield return (name, $"{required}{Modifiers(widest)}{owner}.{name} {{ {list}}}: {TypeName(property.PropertyType)}");
        }
    }

    private static string AccessorName(PropertyInfo property, MethodInfo accessor, MethodInfo widest)
    {
        string access = accessor.IsPublic || !widest.IsPublic ? "" : "protected ";
        if (accessor == property.GetMethod)
        {
            return access + "get";
        }

        bool isInit = accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
        return access + (isInit ? "init" : "set");
    }

    private static IEnumerable<(string Name, string Line)> Events(Type type, string owner) =>
        from happening in type.GetEvents(Declared)
        let add = happening.AddMethod!
        where IsVisible(add) && !IsOverride(add)
        select (happening.Name, $"event {Modifiers(add)}{owner}.{happening.Name}: {TypeName(happening.EventHandlerType!)}");

    private static IEnumerable<(string Name, string Line)> Methods(Type type, string owner) =>
        from method in type.GetMethods(Declared)
        where IsVisible(method) && !IsOverride(method) && !IsGenerated(method) && IsMethodOrOperator(method)
        let name = MethodName(method)
        let constraints = Constraints(method.GetGenericArguments())
        let line = $"{Modifiers(method)}{owner}.{name}({Parameters(method)}): {TypeName(method.ReturnType)}{constraints}"
        select (name, line);

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsOverride(MethodInfo method) => method.GetBaseDefinition() != method;

    private static bool IsGenerated(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute), false) || member.Name.Contains('<', StringComparison.Ordinal);

    private static bool IsMethodOrOperator(MethodInfo method) =>
        !method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string Modifiers(MethodBase method)
    {
        string kind = method.IsStatic ? "static " : "";
        if (method.IsAbstract)
        {
            kind += "abstract ";
        }
        else if (method.IsVirtual && !method.IsFinal)
        {
            kind += "virtual ";
        }

        return kind + (method.IsPublic ? "" : "protected ");
    }
}
