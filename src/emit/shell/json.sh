# Sets VALUE to a JSON string.
json_string() {
    local text=$1 at letter out=''
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    if [[ $text == *[$'\001'-$'\037']* ]]; then
        for ((at = 0; at < ${#text}; ++at)); do
            letter=${text:at:1}
            [[ $letter != [$'\001'-$'\037'] ]] || printf -v letter '\\u%04x' "'$letter"
            out+=$letter
        done
        text=$out
    fi
    VALUE="\"$text\""
}
