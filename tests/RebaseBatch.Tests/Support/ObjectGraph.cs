using System.Reflection;

namespace RebaseBatch.Tests.Support;

/// <summary>How much an object keeps alive, whatever else the process holds.</summary>
static class ObjectGraph
{
    /// <summary>The number of objects that can be reached from <paramref name="root"/>, and of the elements of their arrays.</summary>
    public static long Size(object root)
    {
        var (seen, open, size) = (new HashSet<object>(ReferenceEqualityComparer.Instance), new Stack<object>([root]), 0L);
        while (open.TryPop(out var one))
        {
            if (one is string or Type or Delegate or Pointer || !one.GetType().IsValueType && !seen.Add(one)) continue;
            size++;
            if (one is Array array)
            {
                size += array.LongLength;
                if (array.GetType().GetElementType()!.IsPrimitive) continue;
                foreach (var item in array) Push(item);
            }
            else
            {
                for (var type = one.GetType(); type is not null && !type.IsPrimitive; type = type.BaseType)
                    foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                        | BindingFlags.DeclaredOnly))
                        Push(field.GetValue(one));
            }
        }

        return size;

        void Push(object? item)
        {
            if (item is not null && !item.GetType().IsPrimitive && !item.GetType().IsEnum) open.Push(item);
        }
    }
}
